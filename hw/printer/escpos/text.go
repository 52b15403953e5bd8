package escpos

import "slices"

// wrap breaks words into rows of at most columns, at spaces where it can, and rather not before a number: a street keeps
// its own. It returns at least one row.
func wrap(words []rune, columns int) [][]rune {
	var rows [][]rune
	for len(words) > columns {
		end, next := columns, columns
		if i := lastBreak(words[:columns+1], words); i > 0 {
			end, next = i, i+1
		}
		rows = append(rows, words[:end])
		words = words[next:]
	}
	return append(rows, slices.Clip(words))
}

// lastBreak returns where to end a row that begins with words and has room for all of row but its last character: the
// last space that no number follows, or the last of all; 0 if there is none.
func lastBreak(row, words []rune) int {
	last := 0
	for i := len(row) - 1; i > 0; i-- {
		if row[i] != ' ' {
			continue
		}
		if i+1 == len(words) || words[i+1] < '0' || words[i+1] > '9' {
			return i
		}
		last = max(last, i)
	}
	return last
}

// balance wraps words into as few rows as wrap does, of lengths as even as they can be: no word is left alone.
func balance(words []rune, columns int) [][]rune {
	rows := wrap(words, columns)
	for narrower := columns - 1; len(rows) > 1 && narrower > columns/2; narrower-- {
		tried := wrap(words, narrower)
		if len(tried) > len(rows) || splits(words, narrower) {
			break
		}
		rows = tried
	}
	return rows
}

// splits reports whether a word is longer than columns.
func splits(words []rune, columns int) bool {
	length := 0
	for _, r := range words {
		if length++; r == ' ' {
			length = 0
		}
		if length > columns {
			return true
		}
	}
	return false
}
