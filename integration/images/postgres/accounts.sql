-- One account for each way to authenticate; pg_hba.conf says which is which.
SET password_encryption = 'scram-sha-256';
CREATE ROLE scram LOGIN PASSWORD 'scram-password';
CREATE ROLE tlsonly LOGIN PASSWORD 'tlsonly-password';
CREATE ROLE cleartext LOGIN PASSWORD 'cleartext-password';
-- SASLprep makes of the first what the second is: U+2168 is IX, the soft hyphen nothing.
CREATE ROLE prepared LOGIN PASSWORD U&'\2168\00AD-Gru\0308\00DFe';
CREATE ROLE single LOGIN PASSWORD 'single-password' CONNECTION LIMIT 1;
CREATE ROLE sleeper NOLOGIN PASSWORD 'sleeper-password';
CREATE ROLE expired LOGIN PASSWORD 'expired-password' VALID UNTIL '2020-01-01';
CREATE ROLE gss LOGIN;
CREATE ROLE trusted LOGIN;
-- For what only its master can do to a server: the one that tests may shut down.
CREATE ROLE harbourmaster LOGIN SUPERUSER PASSWORD 'harbourmaster-password';
SET password_encryption = 'md5';
CREATE ROLE md5 LOGIN PASSWORD 'md5-password';
CREATE DATABASE fairlead OWNER scram;
GRANT CREATE ON DATABASE fairlead TO trusted;
GRANT pg_signal_backend, pg_read_all_stats TO scram;
