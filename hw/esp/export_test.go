package esp

import "io"

// ReadAll reads everything that a volume holds, as far as it can be read, and returns how many files that were.
func ReadAll(r io.ReaderAt) (files int) {
	v, err := readVolume(r)
	if err != nil {
		return 0
	}
	folders := []entry{rootEntry()}
	for seen := 0; len(folders) > 0 && seen < 50; seen++ {
		all, _ := v.list(folders[0])
		folders = folders[1:]
		for _, e := range all {
			if e.folder {
				folders = append(folders, e)
				continue
			}
			extents, err := v.chain(e.first, e.size)
			if err != nil {
				continue
			}
			if _, err := v.read(extents, 1<<20); err == nil {
				files++
			}
		}
	}
	return files
}
