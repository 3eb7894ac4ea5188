// The route table: one line a protocol.
import { gopherRoutes } from '@fairlead/gopher/route';
import type { RouteModule } from '@fairlead/http';
import { ircRoutes } from '@fairlead/irc/route';
import { mqttRoutes } from '@fairlead/mqtt/route';
import { mysqlRoutes } from '@fairlead/mysql/route';
import { postgresRoutes } from '@fairlead/postgres/route';
import { redisRoutes } from '@fairlead/redis/route';
import { smtpRoutes } from '@fairlead/smtp/route';
import { tcpRoutes } from '@fairlead/tcp/route';

/** Every protocol that the gateway speaks. */
export const ROUTES: readonly RouteModule[] = [
  postgresRoutes,
  mysqlRoutes,
  redisRoutes,
  mqttRoutes,
  smtpRoutes,
  ircRoutes,
  gopherRoutes,
  tcpRoutes,
];
