"""The analyst's side: the loader, the warehouse and the parameterised reports."""
