-- SPDX-License-Identifier: EUPL-1.2
-- Version 3. How many records of a source are live, unlisted ... is asked for again and again while it is
-- loaded; without this each count read every row of the source.
CREATE INDEX record_by_state ON record(sid, state);
