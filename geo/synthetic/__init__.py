"""Made-up data, so that everything here can be tried without anybody's records: stand-ins of published files, and whole linked worlds.

`standins`, `standin_areas`, `standin_practices` and `neighbourhoods` write files in published layouts. All else makes worlds: `worlds`
says what one is made from, `people` who lives there, other modules what befalls them, `extracts/` holds one module a file, for nine of
them beside their causes would hide how a person comes about; `writing` puts them on disk.
"""
