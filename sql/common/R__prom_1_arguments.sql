COMMENT ON SCHEMA prom IS
    'PromQL''s functions for SQL: rate, increase, …_over_time, histogram_quantile, latest. Each returns time, node, value and labels.';

-- What all functions of schema prom do with their arguments. A wrong one is an error that names it and
-- its limit: an empty result would look like an answer.

-- By common trigrams: PostgreSQL's extensions that compare words are not installed everywhere.
CREATE OR REPLACE FUNCTION nearest_names(word text, names text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
WITH trigram AS (
    SELECT DISTINCT substr(w.padded, i, 3) AS letters
      FROM (SELECT '  ' || lower(word) || ' ' AS padded) w, generate_series(1, length(w.padded) - 2) i),
near AS (
    SELECT c.name, 2.0 * count(*) / (length(c.name) + length(word) + 2) AS similarity
      FROM unnest(names) AS c (name) JOIN trigram t ON position(t.letters IN '  ' || lower(c.name) || ' ') > 0
     GROUP BY c.name
    HAVING 2.0 * count(*) / (length(c.name) + length(word) + 2) > 0.4
     ORDER BY similarity DESC, c.name LIMIT 3)
SELECT string_agg(name, ', ' ORDER BY similarity DESC, name) FROM near
$$;
COMMENT ON FUNCTION nearest_names IS 'Internal: up to three names that resemble a word, the nearest first; NULL: none does.';

CREATE OR REPLACE FUNCTION unknown_name(kind text, name text, names text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT format('%s %s does not exist', kind, coalesce('"' || name || '"', 'NULL'))
       || coalesce('; did you mean ' || harvester.nearest_names(name, names) || '?', '')
$$;
COMMENT ON FUNCTION unknown_name IS 'Internal: the sentence about a name that does not exist, with those that resemble it.';

CREATE OR REPLACE FUNCTION metric_id_of(metric text) RETURNS int LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    id int := (SELECT m.metric_id FROM harvester.metric m WHERE m.name = metric_id_of.metric);
BEGIN
    IF id IS NULL THEN
        RAISE undefined_object USING MESSAGE =
            harvester.unknown_name('metric', metric, ARRAY(SELECT m.name FROM harvester.metric m));
    END IF;
    RETURN id;
END $$;
COMMENT ON FUNCTION metric_id_of IS 'Internal: the id of a metric, or an error that lists similar names.';

CREATE OR REPLACE FUNCTION node_ids_of(nodes text[]) RETURNS int[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    ids     int[];
    unknown text;
BEGIN
    IF nodes IS NULL THEN
        RETURN NULL;
    ELSIF cardinality(nodes) = 0 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'nodes is empty: give at least one name, or NULL for all nodes';
    END IF;
    ids := ARRAY(SELECT n.node_id FROM harvester.node n WHERE n.name = ANY (nodes));
    IF cardinality(ids) < cardinality(nodes) THEN
        SELECT harvester.unknown_name('node', w.name, ARRAY(SELECT n.name FROM harvester.node n)) INTO unknown
          FROM unnest(nodes) AS w (name)
         WHERE NOT EXISTS (SELECT FROM harvester.node n WHERE n.name = w.name) LIMIT 1;
        IF unknown IS NOT NULL THEN
            RAISE undefined_object USING MESSAGE = unknown;
        END IF;
    END IF;
    RETURN ids;
END $$;
COMMENT ON FUNCTION node_ids_of IS 'Internal: the ids of nodes, NULL for NULL, or an error that lists similar names.';

DROP FUNCTION IF EXISTS check_match(text, jsonb);
CREATE OR REPLACE FUNCTION check_match(metric text, match jsonb, quiet boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    known text[] := (SELECT m.label_names FROM harvester.metric m WHERE m.name = check_match.metric);
    entry record;
BEGIN
    IF match = '{}' THEN
        RETURN;
    ELSIF match IS NULL OR jsonb_typeof(match) <> 'object' THEN
        RAISE invalid_parameter_value USING MESSAGE =
            format('match is %s: it must be an object of labels, as {"mode": "idle"}', coalesce(match::text, 'NULL'));
    END IF;
    FOR entry IN SELECT e.key, e.value FROM jsonb_each(match) e LOOP
        IF jsonb_typeof(entry.value) <> 'string' THEN
            RAISE invalid_parameter_value USING MESSAGE =
                format('match: the value of label "%s" is %s: values of labels are text, as {"%1$s": "%s"}',
                       entry.key, entry.value, entry.value #>> '{}');
        ELSIF entry.key <> ALL (known) THEN
            RAISE undefined_object USING MESSAGE =
                format('match: metric %s has no label "%s": %s', metric, entry.key,
                       CASE WHEN entry.key = 'node' THEN 'choose nodes with nodes => ''{…}'''
                            WHEN known = '{}' THEN 'it has none'
                            ELSE 'its labels are ' || array_to_string(known, ', ') END);
        END IF;
    END LOOP;
    IF NOT quiet AND NOT EXISTS (SELECT FROM harvester.series r JOIN harvester.metric m USING (metric_id)
                    WHERE m.name = check_match.metric AND r.labels @> match) THEN
        RAISE NOTICE 'match: no series of metric % has the labels %', metric, match;
    END IF;
END $$;
COMMENT ON FUNCTION check_match IS 'Internal: an error if match is not an object of labels that the metric has; a notice, unless quiet, if no series has their values.';

-- About 240 points, as many as a panel of Grafana shows, at a distance that people use.
CREATE OR REPLACE FUNCTION default_step(span interval) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT coalesce(
    (SELECT min(s) FROM unnest('{15s,30s,1min,2min,5min,10min,15min,30min,1h,2h,3h,6h,12h,24h}'::interval[]) s
      WHERE date_part('epoch', s) * 240 >= date_part('epoch', span)),
    make_interval(hours => ceil(date_part('epoch', span) / 240 / 86400)::int * 24))
$$;
COMMENT ON FUNCTION default_step IS 'Internal: the step of functions in schema prom for a span, if none is given.';

CREATE OR REPLACE FUNCTION check_time(argument text, value timestamptz) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF value IS NULL OR NOT isfinite(value) THEN
        RAISE invalid_parameter_value USING MESSAGE = format('%s is %s: it must be a time', argument, coalesce(value::text, 'NULL'));
    END IF;
END $$;
COMMENT ON FUNCTION check_time IS 'Internal: an error if an argument is NULL or infinite.';

CREATE OR REPLACE FUNCTION check_duration(argument text, value interval) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF value IS NULL OR NOT date_part('epoch', value) BETWEEN 0.001 AND 1e11 THEN
        RAISE invalid_parameter_value USING MESSAGE = format('%s is %s: it must be at least 1 ms', argument, coalesce(value::text, 'NULL'));
    END IF;
END $$;
COMMENT ON FUNCTION check_duration IS 'Internal: an error if an argument is NULL, infinite or shorter than 1 ms.';

CREATE OR REPLACE FUNCTION missing_argument(argument text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RAISE invalid_parameter_value USING MESSAGE = format('%s is NULL: it needs a value', argument);
END $$;
COMMENT ON FUNCTION missing_argument IS 'Internal: the error about an argument that is NULL.';

CREATE OR REPLACE FUNCTION check_points(start timestamptz, stop timestamptz, step interval) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    points float8 := floor(date_part('epoch', stop - start) / date_part('epoch', step)) + 1;
BEGIN
    IF points > 11000 THEN
        RAISE invalid_parameter_value USING MESSAGE =
            format('step %s gives %s points per series from start to stop: at most 11000 are allowed, so step must be at least %s s',
                   step, points, ceil(date_part('epoch', stop - start) / 10999));
    END IF;
END $$;
COMMENT ON FUNCTION check_points IS 'Internal: an error if there are more than 11,000 points.';

-- Times are whole milliseconds, as those of samples.
DROP FUNCTION IF EXISTS range_query(text, interval, timestamptz, timestamptz, interval, text[], jsonb);
CREATE OR REPLACE FUNCTION range_query(
    metric text, "range" interval, start timestamptz, stop timestamptz, step interval, nodes text[], match jsonb,
    quiet boolean DEFAULT false)
RETURNS TABLE (metric_id int, node_ids int[], first_ms float8, step_ms float8, points int, range_ms float8)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
DECLARE
    used_step interval := step;
BEGIN
    metric_id := harvester.metric_id_of(metric);
    node_ids := harvester.node_ids_of(nodes);
    PERFORM harvester.check_match(metric, match, quiet), harvester.check_duration('range', "range"),
            harvester.check_time('start', start), harvester.check_time('stop', stop);
    IF start > stop THEN
        RAISE invalid_parameter_value USING MESSAGE = format('start (%s) is after stop (%s)', start, stop);
    ELSIF step IS NULL THEN
        used_step := harvester.default_step(stop - start);
    END IF;
    PERFORM harvester.check_duration('step', used_step), harvester.check_points(start, stop, used_step);
    first_ms := round(date_part('epoch', date_trunc('milliseconds', start)) * 1000);
    step_ms := round(date_part('epoch', used_step) * 1000);
    range_ms := round(date_part('epoch', "range") * 1000);
    points := floor((round(date_part('epoch', date_trunc('milliseconds', stop)) * 1000) - first_ms) / step_ms) + 1;
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION range_query IS
    'Internal: checks the arguments of a function in schema prom, and returns them as ids and milliseconds.';

CREATE OR REPLACE FUNCTION latest_query(metric text, nodes text[], match jsonb, max_age interval, at timestamptz)
RETURNS TABLE (metric_id int, node_ids int[])
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
BEGIN
    metric_id := harvester.metric_id_of(metric);
    node_ids := harvester.node_ids_of(nodes);
    PERFORM harvester.check_match(metric, match), harvester.check_duration('max_age', max_age), harvester.check_time('at', at);
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION latest_query IS 'Internal: checks the arguments of prom.latest, and returns ids.';
