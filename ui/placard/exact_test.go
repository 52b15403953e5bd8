package placard_test

import "runtime"

// exact says whether this processor rounds the outlines of letters as the one did that the digests were made on.
func exact() bool { return runtime.GOARCH == "amd64" }
