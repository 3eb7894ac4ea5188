-- One account for each way to authenticate; pg_hba.conf says which is which.
SET password_encryption = 'scram-sha-256';
CREATE ROLE scram LOGIN PASSWORD 'scram-password';
CREATE ROLE tlsonly LOGIN PASSWORD 'tlsonly-password';
CREATE ROLE cleartext LOGIN PASSWORD 'cleartext-password';
CREATE ROLE trusted LOGIN;
SET password_encryption = 'md5';
CREATE ROLE md5 LOGIN PASSWORD 'md5-password';
CREATE DATABASE fairlead OWNER scram;
GRANT pg_signal_backend, pg_read_all_stats TO scram;
