// A Worker that does nothing: what a request costs before any of the gateway.
export default {
  fetch(): Response {
    return new Response('ok');
  },
};
