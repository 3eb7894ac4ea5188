-- One account for each way to authenticate; "fresh" is for the tests that need it absent from the server's cache, "pooled" for
-- those that count an account's connections.
CREATE DATABASE fairlead CHARACTER SET utf8mb4;
CREATE USER sha2 IDENTIFIED WITH caching_sha2_password BY 'sha2-password';
CREATE USER pooled IDENTIFIED WITH caching_sha2_password BY 'pooled-password';
CREATE USER fresh IDENTIFIED WITH caching_sha2_password BY 'fresh-password';
CREATE USER sha256 IDENTIFIED WITH sha256_password BY 'sha256-password';
CREATE USER tlsonly IDENTIFIED WITH caching_sha2_password BY 'tlsonly-password' REQUIRE SSL;
CREATE USER reader IDENTIFIED WITH caching_sha2_password BY 'reader-password';
CREATE USER trusted IDENTIFIED WITH caching_sha2_password BY '';
GRANT ALL ON fairlead.* TO sha2, pooled, fresh, sha256, tlsonly, trusted;
GRANT SELECT ON fairlead.* TO reader;
-- To look at other connections, to end them, and to empty the cache of caching_sha2_password.
GRANT PROCESS, RELOAD, CONNECTION_ADMIN ON *.* TO sha2, pooled;
-- Everything that the server can grant, to show what stands between a reader's token and that.
CREATE USER overlord IDENTIFIED WITH caching_sha2_password BY 'overlord-password';
GRANT ALL ON *.* TO overlord WITH GRANT OPTION;
