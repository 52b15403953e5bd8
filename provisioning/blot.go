package provisioning

import (
	"bytes"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Blot returns the file without its token: as many bytes, of which only the token's are others, so that it can be written over
// the file in place, whatever lies beside it. The file stays what it was otherwise, and Spent is true of it. data is what
// f was parsed from; what is no such file, or has no token, is returned as it is.
func (f File) Blot(data []byte) []byte {
	blotted := bytes.Clone(data)
	mark := len(data) - len(bytes.TrimPrefix(data, []byte(byteOrderMark)))
	from, to := tokenPlace(data[mark:])
	fill(blotted[mark+from : mark+to])
	return blotted
}

// fill writes what stands in the place of a token that was used.
func fill(b []byte) {
	n := copy(b, spent)
	copy(b[n:], strings.Repeat("-", len(b)-n))
}

// tokenPlace finds what is between the quotes of the token, from one byte to before another; 0, 0 if there is none.
func tokenPlace(data []byte) (from, to int) {
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue {
			return 0, 0 // the first table: what follows is in one
		}
		name, parts := "", 0
		for it := e.Key(); it.Next(); parts++ {
			name = string(it.Node().Data)
		}
		if parts != 1 || name != "token" || e.Value().Kind != unstable.String {
			continue
		}
		raw := e.Value().Raw
		from, to = int(raw.Offset), int(raw.Offset+raw.Length)
		quotes := 1
		for _, three := range []string{`"""`, "'''"} {
			if text := string(data[from:to]); len(text) >= 6 && strings.HasPrefix(text, three) {
				quotes = 3
			}
		}
		return from + quotes, to - quotes
	}
	return 0, 0
}
