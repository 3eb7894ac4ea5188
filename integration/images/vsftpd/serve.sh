# Starts a vsftpd for each port, and ends when they do. Arguments: those of start.sh.
set -eu
first=$1 last=$2 behind_proxy=$3
serve() {
  port=$1
  shift
  cp /opt/fairlead/vsftpd.conf "/run/$port.conf"
  printf '%s\n' "listen_port=$port" "pasv_min_port=$first" "pasv_max_port=$last" "$@" >> "/run/$port.conf"
  vsftpd "/run/$port.conf" &
}

serve 2121 ssl_enable=NO
serve 2122 ssl_enable=YES require_ssl_reuse=YES force_local_logins_ssl=YES force_local_data_ssl=YES
serve 2123 ssl_enable=YES require_ssl_reuse=NO force_local_logins_ssl=YES force_local_data_ssl=NO
serve 990 ssl_enable=YES implicit_ssl=YES require_ssl_reuse=NO
serve 2124 ssl_enable=NO pasv_min_port="$behind_proxy" pasv_max_port="$behind_proxy"
wait
