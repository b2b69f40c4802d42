#!/bin/sh
# Writes the broker's configuration out of the environment, and becomes the broker.
#   MQTT_PASSWORD_<USER>   of each user in mosquitto.acl; a user without one cannot connect
#   MQTT_TLS=yes           a TLS listener on 8883, with $FILES/certs/{ca,server}.pem and server.key
#   MQTT_BRIDGE_ADDRESS    host:port of a central broker, see docs/how-to/a-fleet.md
set -eu
files=${FILES:-/pilotwire}   # this folder
run=${RUN:-/mosquitto/run}   # what is written; in memory, for it holds passwords
data=${DATA:-/mosquitto/data}
listener=${MQTT_LISTENER:-1883 0.0.0.0}
umask 077

: > "$run/passwd"
for user in slac-agent v2g-gateway ocpp-bridge history hardware pilotwire home-assistant car fleet; do
  name=MQTT_PASSWORD_$(echo "$user" | tr 'a-z-' 'A-Z_')
  eval "password=\${$name:-}"
  # shellcheck disable=SC2154
  [ -z "$password" ] || mosquitto_passwd -b "$run/passwd" "$user" "$password"
done

cp "$files/mosquitto.acl" "$run/acl"
# Who plays a car is an agent and a gateway at once, and a person who plugs it in.
[ -z "${MQTT_PASSWORD_CAR:-}" ] || printf '\nuser car\ntopic readwrite pilotwire/v1/#\n' >> "$run/acl"
# Home Assistant keeps its own topics.
[ -z "${MQTT_PASSWORD_HOME_ASSISTANT:-}" ] || printf '\nuser home-assistant\ntopic readwrite homeassistant/#\n' >> "$run/acl"
# Gateways that bridge to this broker bring what theirs said, and take commands.
[ -z "${MQTT_PASSWORD_FLEET:-}" ] || printf '\nuser fleet\ntopic readwrite pilotwire/v1/#\n' >> "$run/acl"

cat > "$run/mosquitto.conf" <<EOF
per_listener_settings false
allow_anonymous false
password_file $run/passwd
acl_file $run/acl
persistence true
persistence_location $data/
# Seconds.
autosave_interval 30
autosave_on_changes false
max_queued_messages 20000
max_inflight_messages 400
max_packet_size 1048576
persistent_client_expiration 7d
log_dest stderr
log_type error
log_type warning
log_type notice
listener $listener
EOF

if [ "${MQTT_TLS:-no}" = yes ]; then
  cat >> "$run/mosquitto.conf" <<EOF
listener ${MQTT_TLS_LISTENER:-8883 0.0.0.0}
cafile $files/certs/ca.pem
certfile $files/certs/server.pem
keyfile $files/certs/server.key
tls_version tlsv1.2
EOF
fi

if [ -n "${MQTT_BRIDGE_ADDRESS:-}" ]; then
  station=${PILOTWIRE_STATION:?the bridge needs the name of the station}
  instance=${PILOTWIRE_INSTANCE:?the bridge needs an instance that no other gateway has}
  sed -e "s|@ADDRESS@|$MQTT_BRIDGE_ADDRESS|" -e "s|@STATION@|$station|g" -e "s|@INSTANCE@|$instance|g" \
    -e "s|@PASSWORD@|${MQTT_BRIDGE_PASSWORD:?the bridge needs the password of the user fleet at the central broker}|" \
    "$files/bridge.conf" >> "$run/mosquitto.conf"
  [ "${MQTT_BRIDGE_TLS:-yes}" = no ] || echo "bridge_cafile ${MQTT_BRIDGE_CA:-/etc/ssl/certs/ca-certificates.crt}" >> "$run/mosquitto.conf"
fi

# A broker that was started as root becomes another user, who may not read what is in here.
[ "$(id -u)" != 0 ] || echo 'user root' >> "$run/mosquitto.conf"
exec mosquitto -c "$run/mosquitto.conf"
