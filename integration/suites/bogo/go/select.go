// Compiled into BoringSSL's runner: writes down every test that there is, or keeps those that a file names and writes down
// which keys their servers have.

package runner

import (
	"bufio"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
)

var (
	listTests  = flag.String("list-tests", "", "The file to which every test is written, one JSON object a line; none is run.")
	selectFile = flag.String("select-tests", "", "A file with the tests to run, one a line: a name, and behind a tab what the runner must find where the test leaves that open.")
	pinsFile   = flag.String("write-pins", "", "The file to which the SHA-256 of every server's public key is written, in base64.")
)

type listedTest struct {
	Name     string   `json:"name"`
	Server   bool     `json:"server"`
	Protocol string   `json:"protocol"`
	Flags    []string `json:"flags"`
	// The oldest and newest version that the runner speaks, and what it is told to speak; 0 where the test does not say.
	MinVersion uint16 `json:"minVersion"`
	MaxVersion uint16 `json:"maxVersion"`
	EarlyData  bool   `json:"earlyData"`
	ShouldFail bool   `json:"shouldFail"`
	// What the shim, and what the runner, must say of the failure.
	Error      string `json:"error"`
	LocalError string `json:"localError"`
}

// selectTests is called by main once testCases is complete.
func selectTests() {
	if *listTests != "" {
		if err := writeTests(*listTests); err != nil {
			fmt.Fprintf(os.Stderr, "cannot write %q: %s\n", *listTests, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if *pinsFile != "" {
		if err := writePins(*pinsFile); err != nil {
			fmt.Fprintf(os.Stderr, "cannot write %q: %s\n", *pinsFile, err)
			os.Exit(1)
		}
	}
	if *selectFile != "" {
		if err := keepTests(*selectFile); err != nil {
			fmt.Fprintf(os.Stderr, "cannot read %q: %s\n", *selectFile, err)
			os.Exit(1)
		}
	}
}

func writeTests(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out := json.NewEncoder(file)
	for _, test := range testCases {
		flags := test.flags
		if flags == nil {
			flags = []string{}
		}
		err := out.Encode(listedTest{
			Name:       test.name,
			Server:     test.testType == serverTest,
			Protocol:   test.protocol.String(),
			Flags:      flags,
			MinVersion: test.config.MinVersion,
			MaxVersion: test.config.MaxVersion,
			EarlyData:  test.earlyData,
			ShouldFail: test.shouldFail,
			Error:      test.expectedError,
			LocalError: test.expectedLocalError,
		})
		if err != nil {
			return err
		}
	}
	return file.Close()
}

func keepTests(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	wanted := make(map[string]string)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		name, localError, _ := strings.Cut(lines.Text(), "\t")
		wanted[name] = localError
	}
	kept := testCases[:0]
	for _, test := range testCases {
		localError, isWanted := wanted[test.name]
		if !isWanted {
			continue
		}
		if test.expectedLocalError == "" {
			test.expectedLocalError = localError
		}
		kept = append(kept, test)
	}
	testCases = kept
	return lines.Err()
}

// writePins says which keys are to be trusted. Some are made anew by each process.
func writePins(path string) error {
	pins := make(map[string]bool)
	add := func(config *Config) {
		for _, certificate := range config.Certificates {
			addPin(pins, certificate)
		}
	}
	for _, known := range testCerts {
		addPin(pins, *known.cert)
	}
	for _, test := range testCases {
		add(&test.config)
		if test.resumeConfig != nil {
			add(test.resumeConfig)
		}
	}
	list := make([]string, 0, len(pins))
	for pin := range pins {
		list = append(list, pin)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// addPin passes over what is not a certificate: some tests send garbage.
func addPin(pins map[string]bool, certificate Certificate) {
	if len(certificate.Certificate) == 0 {
		return
	}
	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil {
		return
	}
	hash := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
	pins[base64.StdEncoding.EncodeToString(hash[:])] = true
}
