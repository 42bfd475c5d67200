COMMENT ON COLUMN rejected_sample.samples IS
    'Samples refused; where the reason says "requests", requests that were asked to come again later.';
