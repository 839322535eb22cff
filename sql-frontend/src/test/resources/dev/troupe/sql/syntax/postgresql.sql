-- Statements that PostgreSQL 15 parses, one a line.
-- Expressions
SELECT 1
SELECT
SELECT FROM t
SELECT 1, 2.5, .5, 5., 1e10, 1.5E-3, 2147483648, 123456789012345678901234567890
SELECT 'a''b', E'\n\t\x41\101\u00e9\U0001F600\\', B'1010', X'1F', U&'d\0061t\+000061', N'x', $$a'b$$, $q$a$$b$q$
SELECT U&'d!0061' UESCAPE '!', U&"d\0061ta" FROM t
SELECT 'a' 
SELECT TRUE, FALSE, NULL, DEFAULT
SELECT -1, +1, - 1, -(-1), - - 1, -2147483648, -9223372036854775808
SELECT 1 + 2 * 3 - 4 / 5 % 6 ^ 7, (1 + 2) * 3
SELECT a.b, a.b.c, a.*, "Quoted Name"."x""y" FROM a
SELECT a < b, a <= b, a > b, a >= b, a = b, a <> b, a != b FROM t
SELECT a || b, a @> b, a -> 'x', a ->> 'x', a #>> '{a,b}', a ~ 'x', a !~* 'x', a & b, a | b, a # b, ~ a, a << 2, a >> 2, |/ a, @ a FROM t
SELECT a AND b OR NOT c FROM t
SELECT a IS NULL, a IS NOT NULL, a ISNULL, a NOTNULL, a IS TRUE, a IS NOT FALSE, a IS UNKNOWN FROM t
SELECT a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b FROM t
SELECT a BETWEEN 1 AND 2, a NOT BETWEEN 1 AND 2 AND b, a BETWEEN SYMMETRIC 2 AND 1, a BETWEEN ASYMMETRIC 1 AND 2 FROM t
SELECT a IN (1, 2, 3), a NOT IN (SELECT b FROM t), a IN ((SELECT 1)), a IN ((SELECT 1), 2) FROM t
SELECT a LIKE 'x%', a NOT LIKE 'x' ESCAPE '!', a ILIKE b, a NOT ILIKE b, a SIMILAR TO 'x', a NOT SIMILAR TO 'y' ESCAPE '\' FROM t
SELECT a = ANY (ARRAY[1, 2]), a <> ALL (SELECT 1), a < SOME (SELECT 2), a LIKE ANY ('{a,b}'), a NOT ILIKE ALL (ARRAY['x']) FROM t
SELECT EXISTS (SELECT 1), NOT EXISTS (SELECT 1 FROM t)
SELECT CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END, CASE a WHEN 1 THEN 'x' END FROM t
SELECT COALESCE(a, b, 1), NULLIF(a, b), GREATEST(1, 2, 3), LEAST(a) FROM t
SELECT CAST(a AS int), a::text, a::numeric(10, 2)::text::varchar(5), '1'::int[] FROM t
SELECT a COLLATE "C", a COLLATE pg_catalog."default" || b FROM t
SELECT a AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' AT TIME ZONE 'CET' FROM t
SELECT EXTRACT(year FROM a), EXTRACT('epoch' FROM a), EXTRACT(DAY FROM now() - a) FROM t
SELECT SUBSTRING(a FROM 2), SUBSTRING(a FROM 2 FOR 3), SUBSTRING(a FOR 3), SUBSTRING(a FOR 2 FROM 1), substring(a, 1, 2), SUBSTRING(a SIMILAR 'x' ESCAPE '#') FROM t
SELECT POSITION('a' IN b), OVERLAY(a PLACING 'x' FROM 2 FOR 3), overlay(a, b, 1) FROM t
SELECT TRIM(a), TRIM(BOTH FROM a), TRIM(LEADING 'x' FROM a), TRIM(TRAILING FROM a), TRIM('x' FROM a), TRIM(BOTH a, 'x') FROM t
SELECT NORMALIZE(a), NORMALIZE(a, NFC), a IS NORMALIZED, a IS NOT NFKC NORMALIZED, COLLATION FOR (a) FROM t
SELECT ARRAY[1, 2, 3], ARRAY[[1, 2], [3, 4]], ARRAY[]::int[], ARRAY(SELECT 1), (ARRAY[1, 2])[1]
SELECT a[1], a[1][2], a[1:2], a[:2], a[1:], a[:], a[1:2][3:4], (a).b, (a).b[1].c, (a).*, t.a[1].b FROM t
SELECT ROW(1, 2), ROW(), (1, 2), (1, 2) = (3, 4), ROW(t.*), ROW(t.*, 1) FROM t
SELECT f(), f(1), f(1, 2), s.f(a), f(a => 1, b := 2), f(VARIADIC a), f(1, VARIADIC ARRAY[1]), pg_catalog.lower('X') FROM t
SELECT count(*), count(DISTINCT a), count(ALL a), sum(a) FILTER (WHERE b), string_agg(a, ',' ORDER BY b DESC, c) FROM t
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a), mode() WITHIN GROUP (ORDER BY a DESC NULLS LAST) FILTER (WHERE a > 0) FROM t
SELECT rank() OVER (PARTITION BY a ORDER BY b), sum(a) OVER (), sum(a) OVER w, sum(a) OVER (w ROWS UNBOUNDED PRECEDING) FROM t WINDOW w AS (PARTITION BY b), w2 AS (w ORDER BY c)
SELECT sum(a) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), sum(a) OVER (ORDER BY b RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES), sum(a) OVER (ORDER BY b GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING EXCLUDE CURRENT ROW) FROM t
SELECT CURRENT_DATE, CURRENT_TIME, CURRENT_TIME(3), CURRENT_TIMESTAMP, CURRENT_TIMESTAMP(0), LOCALTIME, LOCALTIMESTAMP(3), CURRENT_USER, SESSION_USER, USER, CURRENT_ROLE, CURRENT_CATALOG, CURRENT_SCHEMA, current_schema()
SELECT date '2024-01-01', time '12:00', timestamp '2024-01-01 00:00', timestamp with time zone '2024-01-01', timestamptz(3) 'x', time(2) without time zone '1:2'
SELECT interval '1' day, interval '1 year', interval '1-2' year to month, interval(3) '1', interval '1' second(2), interval '1' day to second(3)
SELECT int '1', bigint '2', double precision '1.5', numeric(5, 2) '1', char(3) 'abc', varchar 'x', character varying(5) 'y', bit '1', bool 't', json '{}', pg_catalog.int4 '5', national character 'x'
SELECT 1 OPERATOR(pg_catalog.+) 2, a OPERATOR(pg_catalog.~) 'x' COLLATE pg_catalog.default, OPERATOR(pg_catalog.-) 1 FROM t
SELECT (SELECT 1), (SELECT 1) + 1, ((SELECT 1)), (((SELECT 1) UNION SELECT 2)), ((SELECT 1) LIMIT 1), ((1)), (((1) + 2) * 3), (VALUES (1))
SELECT (a, b) IN ((1, 2), (3, 4)), (a, b) OVERLAPS (c, d), (a, b) = ANY (SELECT 1, 2) FROM t
SELECT a::date - b::date, -a::int, a.b::int, - 2 ^ 2, a + -b, NOT a = b, NOT a IS NULL, a = b IS NULL, a IS NULL = b FROM t
SELECT GROUPING(a, b), count(*) FROM t GROUP BY ROLLUP (a, b)
SELECT "select", value, name, type, key, date, text, year, level, user_name, first, last, position, timestamp, interval, time FROM t
SELECT 1 AS value, 2 name, 3 "type", 4 AS select, 5 key, 6 AS "from"
SELECT a b, a.c d FROM t
SELECT $1, $2::int, $1 + 1
SELECT 1 -- comment
SELECT /* a /* nested */ comment */ 1
SELECT 1 +/* x */2, 3*-4, 2--1
SELECT a<-1, a>=-1, a@-1, a=-b FROM t
SELECT naïve, Ünïcode, "日本語", données$1 FROM été
-- Queries
SELECT * FROM t
SELECT ALL a FROM t
SELECT DISTINCT a, b FROM t
SELECT DISTINCT ON (a, b + 1) a, c FROM t ORDER BY a, b + 1
SELECT a FROM t AS x, u y, ONLY v, s.w AS z (a, b), ONLY (x) q, t * r
SELECT * FROM a JOIN b ON a.x = b.x LEFT JOIN c USING (x, y) RIGHT OUTER JOIN d ON true FULL JOIN e USING (z) CROSS JOIN f NATURAL JOIN g NATURAL LEFT JOIN h INNER JOIN i USING (q) AS j
SELECT * FROM a JOIN b JOIN c ON b.x = c.x ON a.x = b.x
SELECT * FROM (a JOIN b ON true) AS j, ((a CROSS JOIN b) JOIN c ON true), (a NATURAL JOIN b) q (x, y)
SELECT * FROM (SELECT 1) AS s, (SELECT 2) s2 (x), ((SELECT 3)) s3, (VALUES (1, 2), (3, 4)) v (a, b), (TABLE t) tt, ((SELECT 1) UNION (SELECT 2)) u, ((SELECT 1) a CROSS JOIN b)
SELECT * FROM t, LATERAL (SELECT t.a) l, LATERAL f(t.a) m LEFT JOIN LATERAL g(t.b) ON true
SELECT * FROM generate_series(1, 10), generate_series(1, 10) AS g, generate_series(1, 10) g (i), unnest(a, b) WITH ORDINALITY AS u (x, y, n), s.f(1)
SELECT * FROM json_to_record('{}') AS x (a int, b text), f() AS (a int, b text COLLATE "C"), ROWS FROM (f(1), g(2) AS (a int)) WITH ORDINALITY AS r
SELECT * FROM t TABLESAMPLE BERNOULLI (10) REPEATABLE (1), u x TABLESAMPLE system (0.5)
SELECT * FROM current_date, coalesce(1, 2) c, current_schema() s
SELECT a FROM t WHERE a > 1 GROUP BY a HAVING count(*) > 1 ORDER BY a LIMIT 10 OFFSET 5
SELECT a FROM t GROUP BY a, (b, c), (), ROLLUP (a, (b, c)), CUBE (a, b), GROUPING SETS ((a), (b, c), (), ROLLUP (a))
SELECT a FROM t GROUP BY DISTINCT a, b
SELECT a FROM t ORDER BY a ASC NULLS FIRST, b DESC NULLS LAST, c USING >, 4, lower(a), a + b
SELECT a FROM t LIMIT ALL OFFSET 1 ROWS
SELECT a FROM t OFFSET 2 LIMIT 1
SELECT a FROM t FETCH FIRST ROW ONLY
SELECT a FROM t ORDER BY a OFFSET 1 ROW FETCH NEXT 5 ROWS WITH TIES
SELECT a FROM t LIMIT $1 OFFSET $2
SELECT a FROM t LIMIT (SELECT 1) OFFSET 1 + 1
SELECT 1 UNION SELECT 2 UNION ALL SELECT 3 INTERSECT SELECT 4 EXCEPT ALL SELECT 5 ORDER BY 1 LIMIT 2
SELECT 1 UNION DISTINCT (SELECT 2 ORDER BY 1 LIMIT 1)
(SELECT 1)
((SELECT 1)) UNION ((SELECT 2))
(SELECT 1 ORDER BY 1) LIMIT 1
(WITH a AS (SELECT 1) SELECT * FROM a) UNION SELECT 2
SELECT 1 UNION (SELECT 2 UNION ALL SELECT 3)
VALUES (1, 'a'), (2, 'b')
VALUES (1, 'a'), (2, 'b') ORDER BY 1 DESC LIMIT 1
TABLE t
TABLE s.t ORDER BY 1
TABLE ONLY t
WITH a AS (SELECT 1), b (x, y) AS MATERIALIZED (SELECT 1, 2), c AS NOT MATERIALIZED (VALUES (1)) SELECT * FROM a, b, c
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r
WITH d AS (DELETE FROM t RETURNING *), i AS (INSERT INTO u SELECT * FROM d RETURNING a), u AS (UPDATE v SET a = 1 RETURNING *) SELECT * FROM d, i, u
SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) y
SELECT * FROM t FOR UPDATE
SELECT * FROM t FOR NO KEY UPDATE OF t, s.u NOWAIT FOR SHARE SKIP LOCKED
SELECT * FROM t FOR KEY SHARE LIMIT 1
SELECT * FROM t LIMIT 1 FOR UPDATE
SELECT * FROM t FOR READ ONLY
-- INSERT, UPDATE, DELETE, MERGE
INSERT INTO t VALUES (1, 'a', DEFAULT), (2, NULL, now())
INSERT INTO s.t (a, b, "C") VALUES ($1, $2, $3)
INSERT INTO t AS x (a, b[1], c.d) SELECT 1, 2, 3
INSERT INTO t DEFAULT VALUES
INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (1)
INSERT INTO t OVERRIDING USER VALUE SELECT 1
INSERT INTO t (SELECT * FROM u)
INSERT INTO t ((SELECT * FROM u) UNION SELECT 1)
INSERT INTO t TABLE u
INSERT INTO t (a) WITH w AS (SELECT 1) SELECT * FROM w
INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING
INSERT INTO t (a, b) VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET b = excluded.b, c = t.c + 1 WHERE t.b <> excluded.b RETURNING *
INSERT INTO t (a) VALUES (1) ON CONFLICT (lower(a), b COLLATE "C" text_ops) WHERE b > 0 DO NOTHING
INSERT INTO t (a) VALUES (1) ON CONFLICT ON CONSTRAINT t_pkey DO UPDATE SET (a, b) = (1, 2) RETURNING a AS x, b + 1
WITH w AS (SELECT 1) INSERT INTO t SELECT * FROM w RETURNING a
UPDATE t SET a = 1
UPDATE ONLY s.t AS x SET a = x.a + 1, b = DEFAULT WHERE x.id = $1
UPDATE t x SET a = 1 FROM u JOIN v ON u.i = v.i WHERE x.i = u.i RETURNING x.*
UPDATE t SET (a, b) = (1, 2), (c) = (SELECT 3), (d, e) = ROW(4, 5), f[1] = 6, g.h = 7
UPDATE t SET a = 1 WHERE CURRENT OF c
UPDATE pgbench_accounts SET abalance = abalance + $1 WHERE aid = $2
WITH w AS (SELECT 1) UPDATE t SET a = w.a FROM w
DELETE FROM t
DELETE FROM ONLY t AS x USING u, v WHERE x.a = u.a RETURNING *
DELETE FROM t WHERE CURRENT OF c
WITH w AS (SELECT 1) DELETE FROM t USING w WHERE t.a = w.a
MERGE INTO t USING u ON t.a = u.a WHEN MATCHED AND u.b > 1 THEN UPDATE SET b = u.b WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (a, b) VALUES (u.a, DEFAULT)
MERGE INTO t AS x USING (SELECT 1 AS a) s ON x.a = s.a WHEN NOT MATCHED AND true THEN INSERT DEFAULT VALUES WHEN MATCHED THEN DO NOTHING
TRUNCATE t
TRUNCATE TABLE ONLY t, s.u RESTART IDENTITY CASCADE
TRUNCATE t CONTINUE IDENTITY RESTRICT
-- COPY
COPY t FROM STDIN
COPY s.t (a, b) TO STDOUT
COPY t FROM 'file' WITH (FORMAT csv, HEADER, DELIMITER ',', NULL '', QUOTE '"', FORCE_QUOTE (a, b), FORCE_NOT_NULL (a), ENCODING 'utf8')
COPY (SELECT * FROM t WHERE a > 1) TO STDOUT WITH (FORMAT binary)
COPY t TO STDOUT WITH (FORMAT csv, FORCE_QUOTE *, HEADER true)
COPY t FROM STDIN WITH CSV HEADER DELIMITER AS ',' NULL AS 'x' QUOTE '"' ESCAPE '\' FORCE NOT NULL a, b
COPY t TO STDOUT CSV FORCE QUOTE *
COPY BINARY t FROM STDIN
COPY t FROM STDIN DELIMITERS '|'
COPY t FROM STDIN (FREEZE) WHERE a > 1
copy pgbench_accounts from stdin with (freeze on)
COPY t TO PROGRAM 'gzip' DELIMITER '|'
-- CREATE TABLE
CREATE TABLE t ()
CREATE TABLE IF NOT EXISTS s.t (a int PRIMARY KEY, b text NOT NULL DEFAULT 'x', c numeric(10, 2) CHECK (c > 0), d timestamptz DEFAULT now() NULL)
CREATE TEMP TABLE t (a serial, b bigserial UNIQUE, c smallint, d real, e double precision, f float(10), g char, h char(3), i varchar, j varchar(10), k character varying (5), l bit(3), m bit varying(5)) ON COMMIT DROP
CREATE UNLOGGED TABLE t (a time, b time(3) with time zone, c timestamp without time zone, d timestamp(6), e interval, f interval day to second(3), g interval(2), h uuid, i jsonb, j bytea, k boolean, l int[], m int[3][3], n int ARRAY, o text ARRAY[4], p dec(3), q national char varying(3))
CREATE LOCAL TEMPORARY TABLE t (a int) ON COMMIT DELETE ROWS
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int GENERATED BY DEFAULT AS IDENTITY (START WITH 10 INCREMENT BY 5), c int GENERATED ALWAYS AS (a * 2) STORED)
CREATE TABLE t (a int CONSTRAINT pk PRIMARY KEY, b int CONSTRAINT fk REFERENCES u (x) ON DELETE CASCADE ON UPDATE SET NULL, c int REFERENCES v MATCH FULL ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED, d int UNIQUE NULLS NOT DISTINCT)
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b), UNIQUE (b) INCLUDE (a), CONSTRAINT c CHECK (a > b) NO INHERIT, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES u (x, y) MATCH SIMPLE ON DELETE RESTRICT ON UPDATE NO ACTION NOT DEFERRABLE INITIALLY IMMEDIATE, FOREIGN KEY (a) REFERENCES v ON DELETE SET NULL (a))
CREATE TABLE t (LIKE u INCLUDING ALL EXCLUDING DEFAULTS, b int)
CREATE TABLE t (a int PRIMARY KEY WITH (fillfactor = 70) USING INDEX TABLESPACE x) WITH (fillfactor = 100, autovacuum_enabled = false, toast.autovacuum_enabled) TABLESPACE y
CREATE TABLE t (a int) INHERITS (u, s.v)
CREATE TABLE t (a int, b date) PARTITION BY RANGE (b, (a + 1))
CREATE TABLE t (a text COLLATE "C" NOT NULL, b text DEFAULT 'x' COLLATE "C", c bool DEFAULT true, d bool DEFAULT (NOT true), e int DEFAULT -1 NOT NULL, f text DEFAULT 'a' || 'b' NOT NULL, g int DEFAULT nextval('s'::regclass) NOT NULL)
CREATE TABLE t (value int, date date, name name, type text, key text, level int, index int, index2 varchar(3), "order" int, user_id int, year int, exclude int, partition int, text text)
CREATE TABLE t AS SELECT 1 AS a
CREATE TABLE IF NOT EXISTS t (a, b) WITH (fillfactor = 50) AS SELECT 1, 2 WITH NO DATA
CREATE TEMP TABLE t ON COMMIT DROP AS VALUES (1) WITH DATA
CREATE TABLE t AS TABLE u
CREATE TABLE t AS EXECUTE p (1)
create table pgbench_history(tid int,bid int,aid    int,delta int,mtime timestamp,filler char(22))
create table pgbench_accounts(aid    int not null,bid int,abalance int,filler char(84)) with (fillfactor=100)
alter table pgbench_accounts add primary key (aid)
-- Other CREATE
CREATE INDEX ON t (a)
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY s.t USING btree (a DESC NULLS LAST, lower(b) ASC, (a + b), c COLLATE "C" text_pattern_ops) INCLUDE (d, e) NULLS NOT DISTINCT WITH (fillfactor = 70) TABLESPACE x WHERE a > 0
CREATE INDEX i ON t USING gin (a jsonb_path_ops)
CREATE VIEW v AS SELECT 1
CREATE OR REPLACE TEMP VIEW s.v (a, b) WITH (security_barrier = true) AS SELECT 1, 2 WITH LOCAL CHECK OPTION
CREATE VIEW v AS SELECT 1 WITH CHECK OPTION
CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v
CREATE MATERIALIZED VIEW IF NOT EXISTS v (a) AS SELECT 1 WITH NO DATA
REFRESH MATERIALIZED VIEW CONCURRENTLY v WITH DATA
CREATE SCHEMA s
CREATE SCHEMA IF NOT EXISTS s AUTHORIZATION joe
CREATE SCHEMA AUTHORIZATION CURRENT_USER
CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1
CREATE SEQUENCE s
CREATE TEMP SEQUENCE IF NOT EXISTS s AS bigint INCREMENT BY -1 MINVALUE -10 MAXVALUE 10 START WITH 5 CACHE 20 CYCLE OWNED BY t.a
CREATE SEQUENCE s NO MINVALUE NO MAXVALUE NO CYCLE OWNED BY NONE START 1 INCREMENT 2
CREATE TYPE mood AS ENUM ('sad', 'ok')
CREATE TYPE e AS ENUM ()
CREATE TYPE c AS (a int, b text COLLATE "C")
CREATE DOMAIN d AS int DEFAULT 1 NOT NULL CHECK (value > 0) CONSTRAINT x CHECK (value < 10)
CREATE DATABASE d
CREATE DATABASE d WITH OWNER = joe ENCODING 'UTF8' TEMPLATE template0 CONNECTION LIMIT = 5
CREATE ROLE r
CREATE USER u WITH PASSWORD 'x' LOGIN SUPERUSER NOCREATEDB CREATEROLE NOINHERIT CONNECTION LIMIT 3 VALID UNTIL 'infinity' IN ROLE a, b ROLE c ADMIN d
CREATE GROUP g ENCRYPTED PASSWORD 'x'
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public VERSION '1.0' CASCADE
-- ALTER
ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 1, ADD b text, ADD COLUMN IF NOT EXISTS c int REFERENCES u
ALTER TABLE IF EXISTS ONLY s.t DROP COLUMN a CASCADE, DROP b RESTRICT, DROP COLUMN IF EXISTS c
ALTER TABLE t ALTER COLUMN a TYPE bigint USING a::bigint, ALTER b SET DATA TYPE text COLLATE "C", ALTER c SET DEFAULT 5 + 1, ALTER d DROP DEFAULT, ALTER e SET NOT NULL, ALTER f DROP NOT NULL
ALTER TABLE t ALTER a ADD GENERATED BY DEFAULT AS IDENTITY (START 5), ALTER b SET GENERATED ALWAYS SET START WITH 5 RESTART, ALTER c DROP IDENTITY IF EXISTS, ALTER d DROP EXPRESSION
ALTER TABLE t ALTER a SET STATISTICS 100, ALTER b SET STORAGE external, ALTER c SET (n_distinct = 5), ALTER d RESET (n_distinct)
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID, ADD PRIMARY KEY (a), ADD UNIQUE (b), ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) NOT VALID, ADD CONSTRAINT p PRIMARY KEY USING INDEX i DEFERRABLE
ALTER TABLE t DROP CONSTRAINT c CASCADE, DROP CONSTRAINT IF EXISTS d, VALIDATE CONSTRAINT e, ALTER CONSTRAINT f DEFERRABLE INITIALLY DEFERRED
ALTER TABLE t RENAME TO u
ALTER TABLE t RENAME COLUMN a TO b
ALTER TABLE t RENAME a TO b
ALTER TABLE t RENAME CONSTRAINT a TO b
ALTER TABLE t SET SCHEMA s
ALTER TABLE t OWNER TO joe
ALTER TABLE t SET (fillfactor = 70), RESET (fillfactor), SET TABLESPACE x, SET LOGGED, SET UNLOGGED
ALTER TABLE t ENABLE ROW LEVEL SECURITY, DISABLE TRIGGER ALL, REPLICA IDENTITY FULL, CLUSTER ON i
ALTER TABLE t ALTER COLUMN a SET DATA TYPE numeric(5, 2)
ALTER INDEX i RENAME TO j
ALTER INDEX IF EXISTS i SET (fillfactor = 5)
ALTER VIEW v RENAME TO w
ALTER VIEW v ALTER COLUMN a SET DEFAULT 1
ALTER VIEW v OWNER TO CURRENT_USER
ALTER MATERIALIZED VIEW v SET SCHEMA s
ALTER SEQUENCE s RESTART
ALTER SEQUENCE IF EXISTS s RESTART WITH 5 INCREMENT 2 NO MAXVALUE
ALTER SEQUENCE s OWNER TO SESSION_USER
ALTER SEQUENCE s RENAME TO t
ALTER SCHEMA s RENAME TO t
ALTER SCHEMA s OWNER TO joe
ALTER TYPE m ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'
ALTER TYPE m ADD VALUE 'x' AFTER 'y'
ALTER TYPE m RENAME VALUE 'x' TO 'y'
ALTER TYPE m RENAME TO n
ALTER TYPE m SET SCHEMA s
ALTER DOMAIN d SET DEFAULT 5
ALTER DOMAIN d DROP NOT NULL
ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 1)
ALTER DOMAIN d DROP CONSTRAINT IF EXISTS c
ALTER ROLE r WITH NOLOGIN PASSWORD NULL
ALTER USER CURRENT_USER PASSWORD 'x'
ALTER ROLE r SET search_path TO a, b
ALTER ROLE ALL IN DATABASE d RESET ALL
ALTER ROLE r RENAME TO s
ALTER GROUP g ADD USER a, b
ALTER DATABASE d SET timezone TO 'UTC'
ALTER DATABASE d RENAME TO e
ALTER DATABASE d OWNER TO joe
ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA s GRANT SELECT, INSERT ON TABLES TO PUBLIC WITH GRANT OPTION
-- DROP, COMMENT, GRANT
DROP TABLE t
DROP TABLE IF EXISTS a, s.b CASCADE
DROP INDEX CONCURRENTLY IF EXISTS i
DROP VIEW v RESTRICT
DROP MATERIALIZED VIEW v
DROP SEQUENCE s
DROP SCHEMA IF EXISTS s CASCADE
DROP TYPE m
DROP DOMAIN d
DROP DATABASE IF EXISTS d
DROP DATABASE d WITH (FORCE)
DROP ROLE a, b
DROP USER IF EXISTS u
DROP EXTENSION IF EXISTS e
DROP FUNCTION IF EXISTS f(int, text)
DROP TRIGGER IF EXISTS g ON t
DROP OWNED BY r CASCADE
REASSIGN OWNED BY a, CURRENT_USER TO b
COMMENT ON TABLE t IS 'x'
COMMENT ON COLUMN s.t.a IS NULL
COMMENT ON CONSTRAINT c ON t IS 'y'
COMMENT ON DATABASE d IS 'z'
GRANT SELECT, INSERT (a, b), UPDATE ON t, s.u TO joe, PUBLIC WITH GRANT OPTION
GRANT ALL PRIVILEGES ON TABLE t TO joe
GRANT ALL ON ALL TABLES IN SCHEMA a, b TO joe
GRANT USAGE ON SCHEMA s TO joe
GRANT CONNECT, CREATE ON DATABASE d TO joe
GRANT USAGE, SELECT ON SEQUENCE s TO joe
GRANT EXECUTE ON FUNCTION f(int) TO joe
GRANT a, b TO joe WITH ADMIN OPTION
REVOKE GRANT OPTION FOR SELECT ON t FROM joe CASCADE
REVOKE ALL ON t FROM PUBLIC
REVOKE ADMIN OPTION FOR a FROM joe
-- Transactions
BEGIN
BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE
BEGIN WORK READ WRITE NOT DEFERRABLE
START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ WRITE
START TRANSACTION
COMMIT
COMMIT WORK
COMMIT AND CHAIN
END TRANSACTION AND NO CHAIN
ROLLBACK
ABORT WORK
ROLLBACK AND CHAIN
SAVEPOINT a
RELEASE a
RELEASE SAVEPOINT "A"
ROLLBACK TO a
ROLLBACK WORK TO SAVEPOINT a
PREPARE TRANSACTION 'x'
COMMIT PREPARED 'x'
ROLLBACK PREPARED 'x'
SET TRANSACTION ISOLATION LEVEL READ COMMITTED
SET TRANSACTION READ ONLY, ISOLATION LEVEL READ UNCOMMITTED
SET TRANSACTION SNAPSHOT '1'
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY
SET CONSTRAINTS ALL DEFERRED
SET CONSTRAINTS a, s.b IMMEDIATE
-- Session
SET search_path TO a, "B", 'c', public
SET SESSION extra_float_digits = 3
SET LOCAL statement_timeout = '5s'
SET a.b = -1.5
SET x TO DEFAULT
SET x = on
SET x = true
SET x FROM CURRENT
SET TIME ZONE 'UTC'
SET TIME ZONE LOCAL
SET TIME ZONE DEFAULT
SET TIME ZONE -7
SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE
SET LOCAL TIME ZONE utc
SET NAMES 'UTF8'
SET ROLE joe
SET ROLE NONE
SET SESSION AUTHORIZATION DEFAULT
SET SESSION AUTHORIZATION 'joe'
SET LOCAL ROLE joe
SET SCHEMA 'x'
SHOW ALL
SHOW search_path
SHOW a.b
SHOW TIME ZONE
SHOW TRANSACTION ISOLATION LEVEL
SHOW SESSION AUTHORIZATION
RESET ALL
RESET search_path
RESET TIME ZONE
RESET SESSION AUTHORIZATION
DISCARD ALL
DISCARD PLANS
DISCARD TEMP
DISCARD SEQUENCES
PREPARE p AS SELECT $1
PREPARE p (int, text) AS INSERT INTO t VALUES ($1, $2)
EXECUTE p
EXECUTE p (1, 'x' || 'y')
DEALLOCATE p
DEALLOCATE PREPARE ALL
DECLARE c CURSOR FOR SELECT 1
DECLARE c BINARY INSENSITIVE NO SCROLL CURSOR WITH HOLD FOR VALUES (1)
DECLARE "c" SCROLL CURSOR WITHOUT HOLD FOR SELECT 1 FOR UPDATE
FETCH c
FETCH NEXT FROM c
FETCH 5 IN c
FETCH -1 c
FETCH ALL FROM c
FETCH FORWARD ALL FROM c
FETCH BACKWARD 3 FROM c
FETCH FIRST FROM c
FETCH LAST c
FETCH ABSOLUTE -2 FROM c
FETCH RELATIVE 0 FROM c
FETCH PRIOR FROM c
MOVE FORWARD 10 FROM c
CLOSE c
CLOSE ALL
LISTEN x
NOTIFY x
NOTIFY x, 'payload'
UNLISTEN x
UNLISTEN *
DO $$ BEGIN END $$
DO LANGUAGE plpgsql 'BEGIN END'
CALL p(1, 'x')
LOAD 'x'
-- Maintenance
EXPLAIN SELECT 1
EXPLAIN ANALYZE VERBOSE SELECT 1
EXPLAIN (ANALYZE, COSTS off, FORMAT json, BUFFERS true, TIMING false) SELECT 1
EXPLAIN (SELECT 1)
EXPLAIN VERBOSE UPDATE t SET a = 1
EXPLAIN DECLARE c CURSOR FOR SELECT 1
EXPLAIN CREATE TABLE t AS SELECT 1
EXPLAIN EXECUTE p (1)
ANALYZE
ANALYZE VERBOSE t, s.u (a, b)
ANALYZE (VERBOSE) t
VACUUM
VACUUM FULL FREEZE VERBOSE ANALYZE t
VACUUM (FULL, ANALYZE) t (a)
vacuum analyze pgbench_branches
REINDEX TABLE t
REINDEX (VERBOSE) INDEX CONCURRENTLY s.i
REINDEX DATABASE d
CLUSTER t USING i
CLUSTER
CHECKPOINT
LOCK t
LOCK TABLE t, ONLY s.u IN SHARE ROW EXCLUSIVE MODE NOWAIT
LOCK t IN ACCESS SHARE MODE
-- What psql asks
SELECT d.datname as "Name", pg_catalog.pg_get_userbyid(d.datdba) as "Owner", pg_catalog.array_to_string(d.datacl, E'\n') AS "Access privileges" FROM pg_catalog.pg_database d ORDER BY 1
SELECT n.nspname as "Schema", c.relname as "Name", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table' WHEN 'I' THEN 'partitioned index' END as "Type", pg_catalog.pg_get_userbyid(c.relowner) as "Owner" FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam WHERE c.relkind IN ('r','p','v','m','S','f','') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1,2
SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname OPERATOR(pg_catalog.~) '^(t)$' COLLATE pg_catalog.default AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 2, 3
SELECT c.relchecks, c.relkind, c.relhasindex, c.relhasrules, c.relhastriggers, c.relrowsecurity, c.relforcerowsecurity, false AS relhasoids, c.relispartition, '', c.reltablespace, CASE WHEN c.reloftype = 0 THEN '' ELSE c.reloftype::pg_catalog.regtype::pg_catalog.text END, c.relpersistence, c.relreplident, am.amname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_class tc ON (c.reltoastrelid = tc.oid) LEFT JOIN pg_catalog.pg_am am ON (c.relam = am.oid) WHERE c.oid = '16384'
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef), a.attnotnull, (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type t WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND a.attcollation <> t.typcollation) AS attcollation, a.attidentity, a.attgenerated FROM pg_catalog.pg_attribute a WHERE a.attrelid = '16384' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
SELECT c2.relname, i.indisprimary, i.indisunique, i.indisclustered, i.indisvalid, pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), pg_catalog.pg_get_constraintdef(con.oid, true), contype, condeferrable, condeferred, i.indisreplident, c2.reltablespace FROM pg_catalog.pg_class c, pg_catalog.pg_class c2, pg_catalog.pg_index i LEFT JOIN pg_catalog.pg_constraint con ON (conrelid = i.indrelid AND conindid = i.indexrelid AND contype IN ('p','u','x')) WHERE c.oid = '16384' AND c.oid = i.indrelid AND i.indexrelid = c2.oid ORDER BY i.indisprimary DESC, c2.relname
SELECT true as sametable, conname, pg_catalog.pg_get_constraintdef(r.oid, true) as condef, conrelid::pg_catalog.regclass AS ontable FROM pg_catalog.pg_constraint r WHERE r.conrelid = '16384' AND r.contype = 'f' AND conparentid = 0 ORDER BY conname
SELECT c.oid::pg_catalog.regclass, c.relkind, inhdetachpending, pg_catalog.pg_get_expr(c.relpartbound, c.oid) FROM pg_catalog.pg_class c, pg_catalog.pg_inherits i WHERE c.oid = i.inhrelid AND i.inhparent = '16384' ORDER BY pg_catalog.pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT', c.oid::pg_catalog.regclass::pg_catalog.text
SELECT r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolconnlimit, r.rolvaliduntil, ARRAY(SELECT b.rolname FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles b ON (m.roleid = b.oid) WHERE m.member = r.oid) as memberof FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY 1
SELECT pol.polname, pol.polpermissive, CASE WHEN pol.polroles = '{0}' THEN NULL ELSE pg_catalog.array_to_string(array(select rolname from pg_catalog.pg_roles where oid = any (pol.polroles) order by 1),',') END FROM pg_catalog.pg_policy pol WHERE pol.polrelid = '16384' ORDER BY 1
SELECT pubname, NULL, NULL FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_namespace pn ON p.oid = pn.pnpubid UNION SELECT pubname, pg_get_expr(pr.prqual, c.oid), (CASE WHEN pr.prattrs IS NOT NULL THEN (SELECT string_agg(attname, ', ') FROM pg_catalog.generate_series(0, pg_catalog.array_upper(pr.prattrs::pg_catalog.int2[], 1)) s, pg_catalog.pg_attribute WHERE attrelid = pr.prrelid AND attnum = prattrs[s]) ELSE NULL END) FROM pg_catalog.pg_publication p ORDER BY 1
-- What pgjdbc and pgbench ask
SELECT NULL AS TABLE_CAT, n.nspname AS TABLE_SCHEM, c.relname AS TABLE_NAME, CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema' WHEN true THEN CASE WHEN n.nspname = 'pg_catalog' THEN 'SYSTEM TABLE' ELSE NULL END WHEN false THEN 'TABLE' ELSE NULL END AS TABLE_TYPE, d.description AS REMARKS FROM pg_catalog.pg_namespace n, pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_description d ON (c.oid = d.objoid AND d.objsubid = 0 and d.classoid = 'pg_class'::regclass) WHERE c.relnamespace = n.oid AND c.relname LIKE 't\_x' ORDER BY TABLE_TYPE,TABLE_SCHEM,TABLE_NAME
SELECT result.TABLE_CAT, result.COLUMN_NAME, (result.KEYS).n AS KEY_SEQ FROM (SELECT NULL AS TABLE_CAT, a.attname AS COLUMN_NAME, information_schema._pg_expandarray(i.indkey) AS KEYS FROM pg_catalog.pg_class ct JOIN pg_catalog.pg_attribute a ON (ct.oid = a.attrelid) WHERE i.indisprimary) result where result.A_ATTNUM = (result.KEYS).x ORDER BY result.TABLE_NAME
select o.n, p.partstrat, pg_catalog.count(i.inhparent) from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on (n.oid = c.relnamespace) cross join lateral (select pg_catalog.array_position(pg_catalog.current_schemas(true), n.nspname)) as o(n) left join pg_catalog.pg_partitioned_table as p on (p.partrelid = c.oid) left join pg_catalog.pg_inherits as i on (c.oid = i.inhparent) where c.relname = 'pgbench_accounts' and o.n is not null group by 1, 2 order by 1 asc limit 1
SELECT abalance FROM pgbench_accounts WHERE aid = 42
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 2, 3, 4, CURRENT_TIMESTAMP)
truncate table pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers
SELECT a, b INTO t FROM u WHERE a > 1
SELECT 1 INTO TEMP TABLE s.t
SELECT INTO t FROM u
WITH a AS (SELECT 1) SELECT 1 INTO ttt FROM a UNION SELECT 2
