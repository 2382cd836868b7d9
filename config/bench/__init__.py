"""`make bench`: how fast the hot paths are beside floors measured in the same run, on the same server and database.

Machines differ, so times are told as ratios to a floor: a bare Django view on the same granian, without any middleware.
"""
