-- Histograms and exemplars are few: chunks of a day, whatever the samples have.
SELECT create_hypertable('native_histogram', 'time', chunk_time_interval => interval '1 day',
                         create_default_indexes => false);
SELECT create_hypertable('exemplar', 'time', chunk_time_interval => interval '1 day',
                         create_default_indexes => false);
