// Starts Swagger UI on this gateway's own document. A file of its own, because the page's policy forbids inline scripts.
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
