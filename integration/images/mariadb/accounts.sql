-- One account for each way to authenticate; "cleartext" is also a user of the system, see initialise.sh; "pooled" is for the tests that
-- count an account's connections.
CREATE DATABASE fairlead CHARACTER SET utf8mb4;
CREATE USER native IDENTIFIED VIA mysql_native_password USING PASSWORD('native-password');
CREATE USER pooled IDENTIFIED VIA mysql_native_password USING PASSWORD('pooled-password');
CREATE USER ed25519 IDENTIFIED VIA ed25519 USING PASSWORD('ed25519-password');
CREATE USER parsec IDENTIFIED VIA parsec USING PASSWORD('parsec-password');
CREATE USER cleartext IDENTIFIED VIA pam USING 'fairlead';
CREATE USER tlsonly IDENTIFIED VIA mysql_native_password USING PASSWORD('tlsonly-password') REQUIRE SSL;
CREATE USER reader IDENTIFIED VIA mysql_native_password USING PASSWORD('reader-password');
CREATE USER trusted IDENTIFIED BY '';
GRANT ALL ON fairlead.* TO native, pooled, ed25519, parsec, cleartext, tlsonly, trusted;
GRANT SELECT ON fairlead.* TO reader;
-- To look at other connections, and to end them.
GRANT PROCESS, CONNECTION ADMIN ON *.* TO native, pooled;
-- Everything that the server can grant, to show what stands between a reader's token and that.
CREATE USER overlord IDENTIFIED VIA mysql_native_password USING PASSWORD('overlord-password');
GRANT ALL ON *.* TO overlord WITH GRANT OPTION;
