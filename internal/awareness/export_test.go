package awareness

// DuplicatesAmong is Duplicates with fewer people whose names are compared with each other.
var DuplicatesAmong = duplicates
