-- ages: residents of mid-2020 by single year of age of areas made of neighbourhoods of 2011, summed.
-- Arguments: geography key. Gives area key and ages (float array, the last is 90 and over), by area.
-- Reads the staged file staging.mid2020_population. Called by geo.findings.expected, in the background.
SELECT
    s.area,
    array_agg(s.people ORDER BY s.age) AS ages
FROM (
    SELECT
        l.parent_id AS area,
        t.age,
        sum(t.people)::float AS people
    FROM staging.mid2020_population AS m
    INNER JOIN geo_area AS c ON m.lsoa11_code = c.code AND c.vintage = 2011
    INNER JOIN geo_arealink AS l ON c.id = l.child_id AND l.kind = 'within'
    INNER JOIN geo_area AS p ON l.parent_id = p.id AND p.geography_id = %(geography)s
    CROSS JOIN LATERAL unnest(m.ages) WITH ORDINALITY AS t (people, age)
    GROUP BY l.parent_id, t.age
) AS s
GROUP BY s.area
ORDER BY s.area
