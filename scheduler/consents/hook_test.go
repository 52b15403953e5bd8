package consents

// Scan reads a file as Read does: how many lines it has, what is wrong, and how many bytes follow the last whole one.
func Scan(name string, file []byte, trusted string) (lines int, problems []Problem, torn int) {
	s := scan(name, file, trusted, true)
	return s.chain.n, s.problems, len(file) - int(s.chain.size)
}
