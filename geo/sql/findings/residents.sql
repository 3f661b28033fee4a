-- residents: residents of Census 2021 by five-year band of areas that are neighbourhoods of 2021 or made of them, summed.
-- Arguments: areas: keys of the areas. neighbourhoods: key of lsoa21.
-- Gives area key and bands (float array of 18: 0-4, 5-9, ... 80-84, 85 and over), by area. A neighbourhood that lies in two such areas
-- is where most of it lies, as its link says.
-- Called by geo.findings.residents, in the background.
WITH home AS (
    SELECT
        a.id AS neighbourhood,
        a.id AS area
    FROM geo_area AS a
    WHERE a.id = any(%(areas)s) AND a.geography_id = %(neighbourhoods)s
    UNION ALL
    -- Area by area: of all links at once it would read those of all England.
    SELECT
        l.neighbourhood,
        p.area
    FROM unnest(%(areas)s::integer[]) AS p (area)
    CROSS JOIN LATERAL (
        SELECT k.child_id AS neighbourhood
        FROM geo_arealink AS k
        WHERE k.parent_id = p.area AND k.kind IN ('within', 'best_fit')
        OFFSET 0
    ) AS l
)

SELECT
    s.area,
    array_agg(s.people ORDER BY s.band) AS bands
FROM (
    SELECT
        h.area,
        t.band,
        sum(t.people)::float AS people
    FROM geo_areaages AS g
    INNER JOIN home AS h ON g.area_id = h.neighbourhood
    CROSS JOIN LATERAL unnest(g.bands) WITH ORDINALITY AS t (people, band)
    GROUP BY h.area, t.band
) AS s
GROUP BY s.area
ORDER BY s.area
