// The route table: one line a protocol.
import { ftpRoutes } from '@fairlead/ftp/route';
import { gopherRoutes } from '@fairlead/gopher/route';
import type { RouteModule } from '@fairlead/http';
import { imapRoutes } from '@fairlead/imap/route';
import { ircRoutes } from '@fairlead/irc/route';
import { mongodbRoutes } from '@fairlead/mongodb/route';
import { mqttRoutes } from '@fairlead/mqtt/route';
import { mysqlRoutes } from '@fairlead/mysql/route';
import { postgresRoutes } from '@fairlead/postgres/route';
import { redisRoutes } from '@fairlead/redis/route';
import { smtpRoutes } from '@fairlead/smtp/route';
import { sftpRoutes, sshRoutes } from '@fairlead/ssh/route';
import { tcpRoutes, wsproxyRoutes } from '@fairlead/tcp/route';

/** Every protocol that the gateway speaks. */
export const ROUTES: readonly RouteModule[] = [
  postgresRoutes,
  mysqlRoutes,
  redisRoutes,
  mongodbRoutes,
  mqttRoutes,
  smtpRoutes,
  imapRoutes,
  ircRoutes,
  gopherRoutes,
  sshRoutes,
  sftpRoutes,
  ftpRoutes,
  tcpRoutes,
  wsproxyRoutes,
];
