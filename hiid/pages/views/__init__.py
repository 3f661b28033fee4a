"""The views of the web pages: each asks geo.queries, hands the answer to a presenter, and fills a template."""
