-- Sums and regressions as exact as Prometheus's (Neumaier's sums), without the errors with which
-- PostgreSQL's operators and aggregates end a query if a result is too large or too small for float8.
-- The functions here are slow, and called for the few windows that need them.

-- The running sum, and in a second sum what each addition lost of the smaller number.
CREATE OR REPLACE FUNCTION compensated_sum("values" float8[]) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT sum(CASE WHEN s.ahead IS NULL THEN s.running END)
       + sum(CASE WHEN abs(s.before) >= abs(s.v) THEN (s.before - s.running) + s.v
                  ELSE (s.v - s.running) + s.before END ORDER BY s.i)
  FROM (SELECT r.i, r.v, r.running, coalesce(lag(r.running) OVER (ORDER BY r.i), 0) AS before,
               lead(r.i) OVER (ORDER BY r.i) AS ahead
          FROM (SELECT u.i, u.v, sum(u.v) OVER (ORDER BY u.i) AS running
                  FROM unnest("values") WITH ORDINALITY AS u (v, i)) r) s
$$;
COMMENT ON FUNCTION compensated_sum IS 'Internal: sum of finite numbers, with the error of one rounding.';

-- Step by step as Prometheus, because the order of the values decides whether a sum becomes infinite. A
-- mean continues from the current mean once the sum would be infinite.
CREATE OR REPLACE FUNCTION extreme_sum("values" float8[], mean boolean) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    n           float8 := 0;
    total       float8 := 0;
    lost        float8 := 0;
    next        float8;
    addend      float8;
    incremental boolean := false;
BEGIN
    IF 'NaN' = ANY ("values") OR "values" @> '{Infinity,-Infinity}' THEN
        RETURN 'NaN';
    ELSIF 'Infinity' = ANY ("values") OR '-Infinity' = ANY ("values") THEN
        RETURN CASE WHEN 'Infinity' = ANY ("values") THEN 'Infinity' ELSE '-Infinity' END;
    END IF;
    FOREACH addend IN ARRAY "values" LOOP
        n := n + 1;
        IF mean AND (incremental OR abs(harvester.ieee_difference(total, -addend)) = 'Infinity') THEN
            IF NOT incremental THEN
                incremental := true;
                total := total / (n - 1);
                lost := lost / (n - 1);
            END IF;
            addend := CASE WHEN abs(addend) > 1e-300 THEN addend / n ELSE 0 END;
            total := CASE WHEN abs(total) > 1e-300 THEN (n - 1) / n * total ELSE 0 END;
            lost := CASE WHEN abs(lost) > 1e-300 THEN (n - 1) / n * lost ELSE 0 END;
        END IF;
        next := harvester.ieee_difference(total, -addend);
        lost := CASE WHEN abs(next) = 'Infinity' THEN 0
                     WHEN abs(total) >= abs(addend) THEN lost + ((total - next) + addend)
                     ELSE lost + ((addend - next) + total) END;
        total := next;
    END LOOP;
    RETURN CASE WHEN mean AND NOT incremental THEN total / n + CASE WHEN abs(lost) > 1e-300 THEN lost / n ELSE 0 END
                WHEN abs(total) = 'Infinity' THEN total
                ELSE harvester.ieee_difference(total, -lost) END;
END $$;
COMMENT ON FUNCTION extreme_sum IS
    'Internal: sum or mean, where values have NaN, ±Infinity or numbers near the largest float8.';

-- Slope and value at time origin of the least-squares line. Where values are large and their changes
-- small, the result depends on the last bits of these sums: they are those of Prometheus.
CREATE OR REPLACE FUNCTION exact_regression(times float8[], "values" float8[], origin float8) RETURNS float8[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT ARRAY[f.slope, f.y / f.n - f.slope * f.x / f.n]
  FROM (SELECT s.n, s.x, s.y, (s.xy - s.x * s.y / s.n) / (s.xx - s.x * s.x / s.n) AS slope
          FROM (SELECT count(*) AS n, harvester.compensated_sum(array_agg(p.x ORDER BY p.x)) AS x,
                       harvester.compensated_sum(array_agg(p.y ORDER BY p.x)) AS y,
                       harvester.compensated_sum(array_agg(p.x * p.y ORDER BY p.x)) AS xy,
                       harvester.compensated_sum(array_agg(p.x * p.x ORDER BY p.x)) AS xx
                  FROM (SELECT (t - origin) / 1000 AS x, v AS y FROM unnest(times, "values") AS u (t, v)) p) s
        OFFSET 0) f
$$;
COMMENT ON FUNCTION exact_regression IS
    'Internal: slope per second of the least-squares line through samples, and its value at time origin (ms).';

-- Welford's algorithm with Neumaier's sums. Where the values are large and their differences small, the
-- result depends on how the mean is rounded.
CREATE OR REPLACE FUNCTION exact_stddev("values" float8[]) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    n     int := 0;
    mean  float8 := 0;
    mean2 float8 := 0;
    aux   float8 := 0;
    aux2  float8 := 0;
    v     float8;
    delta float8;
    step  float8;
    next  float8;
BEGIN
    FOREACH v IN ARRAY "values" LOOP
        n := n + 1;
        delta := harvester.ieee_difference(v, mean + mean2);
        step := CASE WHEN abs(delta) > 1e-300 THEN delta / n ELSE 0 END;
        next := harvester.ieee_difference(mean, -step);
        mean2 := CASE WHEN abs(next) = 'Infinity' THEN 0
                      WHEN abs(mean) >= abs(step) THEN mean2 + ((mean - next) + step)
                      ELSE mean2 + ((step - next) + mean) END;
        mean := next;
        step := harvester.ieee_product(delta, harvester.ieee_difference(v, mean + mean2));
        next := harvester.ieee_difference(aux, -step);
        aux2 := CASE WHEN abs(next) = 'Infinity' THEN 0
                     WHEN abs(aux) >= abs(step) THEN aux2 + ((aux - next) + step)
                     ELSE aux2 + ((step - next) + aux) END;
        aux := next;
    END LOOP;
    aux := (aux + aux2) / n;
    RETURN CASE WHEN aux < 0 THEN 'NaN' ELSE sqrt(aux) END;
END $$;
COMMENT ON FUNCTION exact_stddev IS 'Internal: standard deviation of finite numbers, rounded as in Prometheus.';

-- For numbers so large that their products are infinite. A compensation ends with an infinite sum.
CREATE OR REPLACE FUNCTION extreme_regression(times float8[], "values" float8[], origin float8) RETURNS float8[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    n       float8 := cardinality("values");
    sums    float8[] := '{0,0,0,0}';
    lost    float8[] := '{0,0,0,0}';
    addends float8[];
    x       float8;
    next    float8;
    slope   float8;
BEGIN
    FOR i IN 1 .. cardinality("values") LOOP
        x := (times[i] - origin) / 1000;
        addends := ARRAY[x, "values"[i], harvester.ieee_product(x, "values"[i]), x * x];
        FOR k IN 1 .. 4 LOOP
            next := harvester.ieee_difference(sums[k], -addends[k]);
            lost[k] := CASE WHEN abs(next) = 'Infinity' THEN 0
                            WHEN abs(sums[k]) >= abs(addends[k]) THEN lost[k] + ((sums[k] - next) + addends[k])
                            ELSE lost[k] + ((addends[k] - next) + sums[k]) END;
            sums[k] := next;
        END LOOP;
    END LOOP;
    FOR k IN 1 .. 4 LOOP
        sums[k] := harvester.ieee_difference(sums[k], -lost[k]);
    END LOOP;
    slope := harvester.ieee_product(
        harvester.ieee_difference(sums[3], harvester.ieee_product(sums[1], sums[2]) / n), 1 / (sums[4] - sums[1] * sums[1] / n));
    RETURN ARRAY[slope, harvester.ieee_difference(sums[2] / n, harvester.ieee_product(slope, sums[1]) / n)];
END $$;
COMMENT ON FUNCTION extreme_regression IS 'Internal: exact_regression where products or sums may be infinite.';
