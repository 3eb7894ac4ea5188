// The program that the runner starts for each test. It hands its arguments to the resident Node process, whose socket
// FAIRLEAD_SHIM_SOCKET names, and ends as that says: a Node process for each test would take most of the suite's time.

package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"time"
)

type outcome struct {
	Status int    `json:"status"`
	Stderr string `json:"stderr"`
}

// Longer than the runner waits for anything.
const limit = 60 * time.Second

// A status that the runner counts as a failure even where the test should fail.
const broken = 90

func main() {
	if len(os.Args) == 2 && os.Args[1] == "-is-handshaker-supported" {
		fmt.Println("No")
		return
	}
	result, err := ask(os.Getenv("FAIRLEAD_SHIM_SOCKET"), os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "no answer from the resident process: %s\n", err)
		os.Exit(broken)
	}
	os.Stderr.WriteString(result.Stderr)
	os.Exit(result.Status)
}

func ask(socket string, args []string) (outcome, error) {
	result := outcome{Status: broken}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return result, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(limit))
	// Flags such as -advertise-alpn hold any bytes; JSON text would replace what is not UTF-8.
	raw := make([][]byte, len(args))
	for i, arg := range args {
		raw[i] = []byte(arg)
	}
	if err := json.NewEncoder(conn).Encode(raw); err != nil {
		return result, err
	}
	err = json.NewDecoder(conn).Decode(&result)
	return result, err
}
