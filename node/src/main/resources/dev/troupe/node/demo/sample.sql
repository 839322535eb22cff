-- The sample tables of `troupe demo`, in a schema of their own. Loading them again changes nothing, so that
-- it can be repeated when an answer was lost.

CREATE SCHEMA IF NOT EXISTS demo;
SET search_path = demo;

CREATE TABLE IF NOT EXISTS planets (
  id int PRIMARY KEY,
  name text NOT NULL UNIQUE,
  radius_km int NOT NULL CHECK (radius_km > 0),
  orbit_days numeric(8, 1) NOT NULL
);

CREATE TABLE IF NOT EXISTS moons (
  planet_id int NOT NULL REFERENCES planets (id),
  name text NOT NULL,
  radius_km int,
  discovered int,
  PRIMARY KEY (planet_id, name)
);

CREATE TABLE IF NOT EXISTS missions (
  name text PRIMARY KEY,
  planet_id int NOT NULL REFERENCES planets (id),
  launched date NOT NULL,
  landed boolean NOT NULL DEFAULT false
);

CREATE INDEX IF NOT EXISTS missions_by_planet ON missions (planet_id, launched);

INSERT INTO planets VALUES
  (1, 'Mercury', 2440, 88.0),
  (2, 'Venus', 6052, 224.7),
  (3, 'Earth', 6371, 365.2),
  (4, 'Mars', 3390, 687.0),
  (5, 'Jupiter', 69911, 4331.0),
  (6, 'Saturn', 58232, 10747.0),
  (7, 'Uranus', 25362, 30589.0),
  (8, 'Neptune', 24622, 59800.0)
ON CONFLICT DO NOTHING;

INSERT INTO moons VALUES
  (3, 'Moon', 1737, NULL),
  (4, 'Phobos', 11, 1877),
  (4, 'Deimos', 6, 1877),
  (5, 'Io', 1822, 1610),
  (5, 'Europa', 1561, 1610),
  (5, 'Ganymede', 2634, 1610),
  (5, 'Callisto', 2410, 1610),
  (5, 'Amalthea', 84, 1892),
  (6, 'Mimas', 198, 1789),
  (6, 'Enceladus', 252, 1789),
  (6, 'Tethys', 531, 1684),
  (6, 'Dione', 561, 1684),
  (6, 'Rhea', 764, 1672),
  (6, 'Titan', 2575, 1655),
  (6, 'Iapetus', 735, 1671),
  (7, 'Miranda', 236, 1948),
  (7, 'Ariel', 579, 1851),
  (7, 'Umbriel', 585, 1851),
  (7, 'Titania', 788, 1787),
  (7, 'Oberon', 761, 1787),
  (8, 'Triton', 1353, 1846),
  (8, 'Nereid', 170, 1949)
ON CONFLICT DO NOTHING;

INSERT INTO missions VALUES
  ('Mariner 10', 1, '1973-11-03', false),
  ('MESSENGER', 1, '2004-08-03', false),
  ('BepiColombo', 1, '2018-10-20', false),
  ('Mariner 2', 2, '1962-08-27', false),
  ('Venera 7', 2, '1970-08-17', true),
  ('Venera 13', 2, '1981-10-30', true),
  ('Magellan', 2, '1989-05-04', false),
  ('Viking 1', 4, '1975-08-20', true),
  ('Mars Pathfinder', 4, '1996-12-04', true),
  ('Opportunity', 4, '2003-07-08', true),
  ('Curiosity', 4, '2011-11-26', true),
  ('Perseverance', 4, '2020-07-30', true),
  ('Pioneer 10', 5, '1972-03-03', false),
  ('Galileo', 5, '1989-10-18', false),
  ('Juno', 5, '2011-08-05', false),
  ('Pioneer 11', 6, '1973-04-06', false),
  ('Cassini', 6, '1997-10-15', false),
  ('Voyager 2', 8, '1977-08-20', false)
ON CONFLICT DO NOTHING;
