-- Whom the server knows: PostgreSQL keeps their keys of SCRAM-SHA-256.
CREATE EXTENSION documentdb CASCADE;
SELECT documentdb_api.create_user('{"createUser": "app", "pwd": "app-password",
  "roles": [{"role": "readWriteAnyDatabase", "db": "admin"}, {"role": "clusterAdmin", "db": "admin"}]}');
