// Refuses the header `Fairlead-Url`, which this protocol's routes do not read.
import { HttpProblem, type RouteApp, URL_HEADER } from '@fairlead/http';

/**
 * The header that names a server in other modules names none here: where it was passed over, the bytes would go to the default
 * connection.
 */
export function refuseOwnUrl(app: RouteApp): void {
  app.use(async (c, next) => {
    if (c.req.header(URL_HEADER) !== undefined) {
      throw new HttpProblem('invalid', `${URL_HEADER} is not read here: give a connection or an address.`);
    }
    await next();
  });
}
