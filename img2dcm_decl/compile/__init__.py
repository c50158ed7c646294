"""`Recipe` -> `Plan`: every decision of a conversion, without writing anything."""
