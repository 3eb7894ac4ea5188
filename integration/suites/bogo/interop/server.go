// A server of Go's crypto/tls for the interoperability run. Its first argument is a folder, to which it writes a private PKI; on
// its standard input it gets a list of configurations in JSON, one listener each, and it prints their ports in that order. It
// tells each client what it knows of the connection in one line, then sends back whatever comes, and ends with its input.

package main

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

type configuration struct {
	// The key of the server: ecdsa, rsa or ed25519.
	Key        string      `json:"key"`
	Version    uint16      `json:"version"`
	Curve      tls.CurveID `json:"curve"`
	Suite      uint16      `json:"suite"`
	ALPN       []string    `json:"alpn"`
	ClientAuth bool        `json:"clientAuth"`
}

type report struct {
	Version    uint16 `json:"version"`
	Suite      uint16 `json:"suite"`
	ServerName string `json:"serverName"`
	ALPN       string `json:"alpn"`
	Resumed    bool   `json:"resumed"`
	Client     string `json:"client"`
	Exported   string `json:"exported"`
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func main() {
	pki := newPKI(os.Args[1])
	input := json.NewDecoder(os.Stdin)
	var configurations []configuration
	if err := input.Decode(&configurations); err != nil {
		must(0, err)
	}
	ports := make([]int, len(configurations))
	for i, wanted := range configurations {
		listener := must(tls.Listen("tcp", "[::1]:0", pki.configOf(wanted)))
		ports[i] = listener.Addr().(*net.TCPAddr).Port
		go serve(listener)
	}
	fmt.Println(string(must(json.Marshal(ports))))
	io.Copy(io.Discard, os.Stdin)
}

func serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go talk(conn.(*tls.Conn))
	}
}

func talk(conn *tls.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if conn.Handshake() != nil {
		// Closed at once, TCP would drop the alert where the client's last flight is still unread.
		conn.NetConn().(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, conn.NetConn())
		return
	}
	state := conn.ConnectionState()
	known := report{
		Version:    state.Version,
		Suite:      state.CipherSuite,
		ServerName: state.ServerName,
		ALPN:       state.NegotiatedProtocol,
		Resumed:    state.DidResume,
	}
	if len(state.PeerCertificates) > 0 {
		known.Client = state.PeerCertificates[0].Subject.CommonName
	}
	exported, err := state.ExportKeyingMaterial("EXPORTER-fairlead", []byte("context"), 32)
	if err == nil {
		known.Exported = hex.EncodeToString(exported)
	}
	out := bufio.NewWriter(conn)
	json.NewEncoder(out).Encode(known)
	if out.Flush() == nil {
		io.Copy(conn, conn)
	}
}

type pki struct {
	folder string
	ca     *x509.Certificate
	key    crypto.Signer
	chains map[string]tls.Certificate
}

func newPKI(folder string) *pki {
	p := &pki{folder: folder, chains: make(map[string]tls.Certificate)}
	p.key = must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	template := templateOf("Fairlead's interoperability CA")
	template.IsCA = true
	template.KeyUsage = x509.KeyUsageCertSign
	der := must(x509.CreateCertificate(rand.Reader, template, template, p.key.Public(), p.key))
	p.ca = must(x509.ParseCertificate(der))
	p.write("ca.pem", "CERTIFICATE", der)
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	keys := map[string]crypto.Signer{
		"ecdsa":   must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
		"rsa":     must(rsa.GenerateKey(rand.Reader, 2048)),
		"ed25519": edKey,
	}
	for name, key := range keys {
		p.issue(name, key)
	}
	return p
}

func templateOf(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		BasicConstraintsValid: true,
	}
}

// issue makes a certificate that serves both sides.
func (p *pki) issue(name string, key crypto.Signer) {
	template := templateOf(name)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	template.DNSNames = []string{"interop.example"}
	der := must(x509.CreateCertificate(rand.Reader, template, p.ca, key.Public(), p.key))
	p.write(name+".pem", "CERTIFICATE", der)
	p.write(name+".key", "PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))
	p.chains[name] = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (p *pki) write(name, label string, der []byte) {
	text := pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
	if err := os.WriteFile(filepath.Join(p.folder, name), text, 0o600); err != nil {
		must(0, err)
	}
}

func (p *pki) configOf(wanted configuration) *tls.Config {
	config := &tls.Config{
		Certificates: []tls.Certificate{p.chains[wanted.Key]},
		MinVersion:   wanted.Version,
		MaxVersion:   wanted.Version,
		NextProtos:   wanted.ALPN,
	}
	if wanted.Curve != 0 {
		config.CurvePreferences = []tls.CurveID{wanted.Curve}
	}
	if wanted.Suite != 0 {
		config.CipherSuites = []uint16{wanted.Suite}
	}
	if wanted.ClientAuth {
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AddCert(p.ca)
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config
}
