package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asScheduler makes the test binary be the scheduler.
const asScheduler = "TOTEM_TEST_AS_SCHEDULER"

func TestMain(m *testing.M) {
	if os.Getenv(asScheduler) != "" {
		os.Exit(run())
	}
	testscript.Main(m, map[string]func(){"scheduler": func() { os.Exit(run()) }})
}

func TestTheCommandsSayWhatTheyDo(t *testing.T) {
	office, err := os.ReadFile("../../offices/valfiorita-anagrafe.toml")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			return os.WriteFile(env.WorkDir+"/anagrafe.toml", office, 0o644)
		},
	})
}
