// A Hono app that answers a constant: what the gateway's router costs where it has nothing to do.
import { Hono } from 'hono';

const app = new Hono();
app.get('/', (c) => c.text('ok'));

export default app;
