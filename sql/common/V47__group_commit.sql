-- What an aggregator remembers of a node is void, too, once a connection of its writer is lost: the server may have crashed, and what was
-- committed but not on disk is undone then. So each pair of connections signs with a name of its own.
COMMENT ON COLUMN node.writer IS
    'The writer (one thread of an aggregator, for as long as its connections last) that wrote last; another one''s memory of this node is void.';
