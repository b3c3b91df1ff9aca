SELECT
  CAST(coalesce(TRY_CAST(regexp_extract(CAST("name" AS VARCHAR), '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') AS TIMESTAMP), try_strptime(regexp_extract(CAST("name" AS VARCHAR), '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}'), '%m/%d/%Y'), try_strptime(regexp_extract(CAST("name" AS VARCHAR), '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}'), '%d/%m/%Y'), CASE WHEN coalesce(nullif(regexp_extract(CAST("name" AS VARCHAR), '(?:^|[^0-9])(1[0-9]{3}|20[0-9]{2})(?:[^0-9]|$)', 1), ''), nullif(regexp_extract(lower(CAST("name" AS VARCHAR)), '(?:^|[^a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?(?:[^a-z]|$)', 1), '')) IS NOT NULL THEN try_strptime(concat_ws(' ', coalesce(nullif(regexp_extract(CAST("name" AS VARCHAR), '(?:^|[^0-9])(1[0-9]{3}|20[0-9]{2})(?:[^0-9]|$)', 1), ''), '1900'), coalesce(nullif(regexp_extract(lower(CAST("name" AS VARCHAR)), '(?:^|[^a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?(?:[^a-z]|$)', 1), ''), 'jan'), coalesce(nullif(regexp_extract(lower(CAST("name" AS VARCHAR)), '(?:^|[^0-9])([0-9]{1,2})(?:st|nd|rd|th)?(?: of)?[ -]*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?(?:[^a-z]|$)', 1), ''), nullif(regexp_extract(lower(CAST("name" AS VARCHAR)), '(?:^|[^a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.? *([0-9]{1,2})(?:[^0-9]|$)', 2), ''), '1')), '%Y %b %d') END) AS DATE) AS "d",
  coalesce(coalesce(TRY_CAST(regexp_extract("name", '(?:([0-9]+):)?([0-9]+):([0-9]{2}(?:\.[0-9]+)?)', 1) AS DOUBLE), 0) * 3600 + TRY_CAST(regexp_extract("name", '(?:([0-9]+):)?([0-9]+):([0-9]{2}(?:\.[0-9]+)?)', 2) AS DOUBLE) * 60 + TRY_CAST(regexp_extract("name", '(?:([0-9]+):)?([0-9]+):([0-9]{2}(?:\.[0-9]+)?)', 3) AS DOUBLE), TRY_CAST(replace(replace(regexp_extract("name", '[-−]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?|[-−]?\.[0-9]+'), ',', ''), '−', '-') AS DOUBLE)) AS "s",
  date_part('year', "signup_date") AS "y"
FROM "customers"
LIMIT 3

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "customers"

-- reads customers; at most 3 rows
-- d: date time from /select/0
-- s: decimal measure from /select/1
-- y: integer dimension from /select/2
