package book

// Question says what one of a client's people is asked.
type Question string

// The questions.
const (
	Satisfaction Question = "satisfaction" // how well we look after them: a score, and words if they like
	Candour      Question = "candour"      // what we should have done better: words
)

// Questions lists them.
var Questions = []Question{Satisfaction, Candour}

// Scores go from 1, very bad, to 5, very good: five answers have a word each, which means the same to everybody and stands on the
// screen of an old telephone; nobody can say what tells a 6 of ten from a 7. None is 0, so that an answer in words alone has no score.
const (
	LowestScore  = 1
	HighestScore = 5
)
