// The platform's classes that objects and loans are made of.
export { DurableObject, RpcTarget, waitUntil } from 'cloudflare:workers';
