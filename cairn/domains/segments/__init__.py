"""Segments: groups of profiles that follow a definition by themselves.

`definition` says what can be written, `windows` what its time frames mean, `compiler` turns conditions into SQL, and
`evaluation` runs that SQL over all profiles, over some, or over one to explain. `ticking` keeps the membership true as
profiles and time change. One meaning, in SQL: there is no second evaluator here.
"""
