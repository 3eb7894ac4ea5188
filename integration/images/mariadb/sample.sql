-- A table that every account may read, and all but the reader may write.
CREATE TABLE harbours (
  id int AUTO_INCREMENT PRIMARY KEY,
  name varchar(100) NOT NULL UNIQUE,
  country char(2) NOT NULL,
  depth_m decimal(6, 2),
  opened date
) CHARACTER SET utf8mb4;
INSERT INTO harbours (name, country, depth_m, opened) VALUES
  ('Rotterdam', 'NL', 24.00, '1872-03-09'),
  ('Göteborg', 'SE', 20.50, '1845-10-04'),
  ('横浜', 'JP', 18.00, '1859-06-02'),
  ('Valparaíso', 'CL', 14.25, NULL);
