import { carProfiles, chargerProfiles } from '@pilotwire/v2g-session';
import type { CarName, ChargerName } from '@pilotwire/v2g-session';
import type { Keys, ValuesOf } from './key.js';

const name = /^[A-Za-z0-9_.-]{1,48}$/;
const port = { type: 'number', least: 0, most: 65_535, whole: true } as const;

/** Everything that can be set, for all services: one file serves a whole site. Dots group; a file nests by them. */
export const keys = {
  station: { type: 'text', pattern: name, default: 'demo', doc: 'The name of this station in topics and records.' },
  evse: { type: 'number', least: 1, most: 9_999, whole: true, default: 1, doc: "Which of the station's outlets this is." },
  instance: { type: 'text', pattern: name, default: 'main', doc: 'Tells processes of one service apart.' },
  mode: { type: 'choice', of: ['evse', 'ev', 'listen'], default: 'evse', doc: 'Which side of the cable to play: the charger or the car; or to listen and say nothing. `pilotwire role` changes it while the services run.' },
  data: { type: 'text', default: 'data', like: '/var/lib/pilotwire', doc: 'The folder where journals are kept.' },

  'mqtt.url': { type: 'text', default: 'embedded', like: 'mqtts://broker.example:8883', doc: 'The broker. `embedded`: `pilotwire up` runs one itself at mqtt.port of this machine, and everybody else looks for it there.' },
  'mqtt.port': { ...port, default: 1_883, doc: 'Where the embedded broker listens, on loopback. 0: a free one.' },
  'mqtt.username': { type: 'text', default: undefined, doc: 'The name to connect with.' },
  'mqtt.password': { type: 'text', secret: true, default: undefined, doc: 'The password that goes with it.' },
  'mqtt.ca': { type: 'text', default: undefined, like: '/etc/pilotwire/ca.pem', doc: 'File with the certificates that a TLS broker is checked against; default: those that Node knows.' },

  'outlet.url': { type: 'text', default: 'memory', like: 'unix:/run/pilotwire/outlet.sock', doc: 'The simulated outlet. `memory`: in this process. `unix:PATH`: served there by `pilotwire car`, joined by services that run alone. `none`: all hardware is real.' },
  'outlet.seed': { type: 'text', default: '7', doc: 'All chance of the simulated outlet follows from it.' },
  'outlet.speed': { type: 'number', least: 1, most: 1_000, default: 40, doc: 'How many times faster than a real one the battery of a simulated car fills. Protocol timing stays real.' },
  'outlet.quick': { type: 'choice', of: ['yes', 'no'], default: 'no', doc: 'The simulated modems restart and the isolation monitor tests itself in no time, to try many charges. Protocol timing stays real.' },
  'modem.url': { type: 'text', default: 'outlet', like: 'eth:eth1', doc: 'Where the HomePlug modem is. `outlet`: the simulated one. `eth:NAME`: at a network interface. `capture:FILE`: frames of a capture, as if they came now.' },

  'pilot.url': { type: 'text', default: 'outlet', like: 'serial:/dev/ttyACM0', doc: 'Where the control pilot is. `outlet`: the simulated one. `serial:PATH`: a board of its own. `sysfs:CHIP/NUMBER`: a PWM of the Linux kernel, of a charger only. `mqtt`: a process on the bus.' },
  'pilot.inverted': { type: 'choice', of: ['yes', 'no'], default: 'no', doc: 'With sysfs: the stage behind the PWM pin gives -12 V while it is high.' },
  'pilot.adc': { type: 'text', default: undefined, like: 'ads1015/voltage0', doc: 'With sysfs: the converter and its channel that measure the pilot.' },
  'pilot.gain': { type: 'number', least: -1_000, most: 1_000, default: 1, doc: 'With sysfs: volts on the pilot for each volt at the converter.' },
  'pilot.offset': { type: 'number', unit: 'V', least: -1_000, most: 1_000, default: 0, doc: 'With sysfs: what is added to that.' },
  'pilot.proximityAdc': { type: 'text', default: undefined, like: 'ads1015/voltage1', doc: 'With sysfs: the converter and its channel that measure proximity. Without it nobody does.' },
  'pilot.proximityPullUp': { type: 'number', unit: 'Ω', least: 1, most: 1_000_000, default: 1_000, doc: 'With sysfs: the resistor from proximity to its supply.' },
  'pilot.proximitySupply': { type: 'number', unit: 'V', least: 0.1, most: 24, default: 3.3, doc: 'With sysfs: that supply.' },

  'power.url': { type: 'text', default: 'outlet', like: 'mqtt', doc: "Where the charger's DC source, its meter and isolation monitor are; or the car's battery and contactors. `outlet`: the simulated ones. `mqtt`: a process on the bus." },
  'power.contactors.coil': { type: 'text', default: undefined, like: 'gpiochip0/17', doc: 'GPIO line that feeds the coils of both contactors while it is active. Without it the contactors are where the source is.' },
  'power.contactors.auxiliary': { type: 'text', default: undefined, like: 'gpiochip0/5 low pull-up, gpiochip0/6 low pull-up', doc: 'GPIO lines that are active while a contactor is closed: one for each pole.' },
  'power.contactors.pulse': { type: 'text', default: undefined, like: 'gpiochip0/27', doc: 'GPIO line that changes with every order to stay closed: for a relay that falls off where it stands still.' },
  'power.emergencyStop': { type: 'text', default: undefined, like: 'gpiochip0/22 pull-down', doc: 'GPIO line that is active while the normally closed contact of the emergency stop is closed.' },

  'pair.agentPort': { ...port, least: 1, default: 15_200, doc: 'UDP port on loopback where slac-agent listens to its gateway. Both processes must be told the same, so 0 is none.' },
  'pair.gatewayPort': { ...port, least: 1, default: 15_201, doc: 'UDP port on loopback where v2g-gateway listens to its agent. Both processes must be told the same, so 0 is none.' },

  'v2g.interface': { type: 'text', pattern: /^[^\s/%]{1,15}$/, default: undefined, like: 'eth1', doc: 'Network interface of the HomePlug modem: SDP and TCP over IPv6 at its link-local address, as a real car speaks. Without it: at v2g.host.' },
  'v2g.host': { type: 'text', default: '127.0.0.1', doc: 'Address on which the charger answers SDP and TCP, and at which the car looks for it.' },
  'v2g.sdpPort': { ...port, default: 15_118, doc: 'UDP port of SDP. 0: a free one, of the charger only.' },
  'v2g.port': { ...port, default: 0, doc: 'TCP port of the charger; SDP tells it. 0: a free one.' },

  authorization: { type: 'choice', of: ['free', 'require'], default: 'free', doc: '`free`: everybody may charge. `require`: each charge waits for the command authorize, which ocpp-bridge or a person gives; without either nobody charges.' },
  'charger.profile': { type: 'choice', of: Object.keys(chargerProfiles) as ChargerName[], default: 'default', doc: 'Whose timing and habits the charger shows.' },
  'charger.minVoltage': { type: 'number', unit: 'V', least: 0, most: 1_500, default: 150, doc: 'The least the charger can give.' },
  'charger.maxVoltage': { type: 'number', unit: 'V', least: 50, most: 1_500, default: 1_000, doc: 'The most the charger can give.' },
  'charger.maxCurrent': { type: 'number', unit: 'A', least: 1, most: 1_000, default: 400, doc: 'The most the charger can give.' },
  'charger.maxPower': { type: 'number', unit: 'W', least: 100, most: 1_000_000, default: 150_000, doc: 'The most the charger can give.' },
  'charger.fallbackPower': { type: 'number', unit: 'W', least: 0, most: 1_000_000, default: undefined, doc: 'What holds while no limit of the back office does: before its first has come, and once its last has run out. Default: charger.maxPower.' },

  'car.profile': { type: 'choice', of: Object.keys(carProfiles) as CarName[], default: 'default', doc: 'Which simulated car comes; the command plug may name another. With power.url mqtt: how the car behaves.' },
  'car.soc': { type: 'number', unit: '%', least: 0, most: 100, default: 20, doc: 'State of charge with which it comes.' },
  'car.until': { type: 'number', unit: '%', least: 0, most: 100, default: 80, doc: 'State of charge with which it has enough.' },

  'ocpp.enabled': { type: 'choice', of: ['yes', 'no'], default: 'yes', doc: '`pilotwire up` connects its station to the CSMS at ocpp.url, or else to one of its own. Each charge then waits for a card, unless authorization says otherwise.' },
  'ocpp.url': { type: 'text', default: undefined, like: 'wss://csms.example/ocpp', doc: 'The CSMS, without the identity of the station. Without it ocpp-bridge works all the same, as with a CSMS that is away.' },
  'ocpp.stations': { type: 'text', pattern: /^[A-Za-z0-9_.-]{1,48}( *, *[A-Za-z0-9_.-]{1,48})*$/, default: undefined, like: 'yard-1, yard-2', doc: 'The stations that this process connects to the CSMS. Default: station.' },
  'ocpp.identity': { type: 'text', pattern: /^(?=.{1,48}$)[A-Za-z0-9_.*:|@=-]*(\{station\})?[A-Za-z0-9_.*:|@=-]*$/, default: '{station}', doc: 'What the CSMS calls a station; {station} stands for its name here.' },
  'ocpp.protocols': { type: 'text', pattern: /^ocpp(1\.6|2\.0\.1|2\.1)( *, *ocpp(1\.6|2\.0\.1|2\.1))*$/, default: 'ocpp2.1, ocpp2.0.1, ocpp1.6', doc: 'Versions to offer, the best first.' },
  'ocpp.securityProfile': { type: 'number', least: 0, most: 3, whole: true, default: 0, doc: '0: none, 1.6 only. 1: a password. 2: TLS and a password. 3: TLS on both sides. 2 and 3 refuse ws://.' },
  'ocpp.password': { type: 'text', secret: true, default: undefined, doc: 'Of profiles 1 and 2, until the CSMS sets another.' },
  'ocpp.passwords': { type: 'text', default: undefined, like: '/etc/pilotwire/csms-passwords', doc: 'File with the password of each of several stations, a line each: STATION PASSWORD; * for any other. It goes over ocpp.password.' },
  'ocpp.ca': { type: 'text', default: undefined, like: '/etc/pilotwire/csms-ca.pem', doc: 'File with the certificates that the CSMS is checked against; default: those that Node knows.' },
  'ocpp.certificate': { type: 'text', default: undefined, like: '/etc/pilotwire/station.pem', doc: 'File with the certificate of the station, of profile 3.' },
  'ocpp.key': { type: 'text', default: undefined, like: '/etc/pilotwire/station.key', doc: 'File with the key of that certificate.' },
  'ocpp.evses': { type: 'number', least: 1, most: 99, whole: true, default: 1, doc: 'How many outlets each station has, from EVSE 1.' },
  'ocpp.connector': { type: 'choice', of: ['cCCS1', 'cCCS2', 'cTesla'], default: 'cCCS2', doc: 'What kind of plug they have.' },
  'ocpp.nominalVoltage': { type: 'number', unit: 'V', least: 50, most: 1_500, default: 400, doc: 'Turns a limit in A into W while no voltage is measured.' },
  'ocpp.vendor': { type: 'text', pattern: /^.{1,50}$/, default: 'Pilotwire', doc: 'Who made the station, as the boot says.' },
  'ocpp.model': { type: 'text', pattern: /^.{1,20}$/, default: 'Pilotwire', doc: 'Which one it is.' },
  'ocpp.serialNumber': { type: 'text', pattern: /^.{1,25}$/, default: undefined, doc: 'Its number.' },
  'ocpp.autocharge': { type: 'choice', of: ['yes', 'no'], default: 'no', doc: 'Authorize a car by its EVCCID (VID:...). Addresses can be copied: read docs/how-to/connect-to-a-csms.md first.' },
  'ocpp.variables': { type: 'text', default: undefined, like: 'SampledDataCtrlr.TxUpdatedInterval=30; TxCtrlr.TxStartPoint=EVConnected', doc: 'Variables of the device model in place of their defaults; see docs/reference/ocpp.md. The CSMS may change them.' },
  'ocpp.dataTransfer': { type: 'text', pattern: /^[^,]{1,255}( *, *[^,]{1,255})*$/, default: undefined, like: 'com.example', doc: 'Vendors whose DataTransfer somebody on the bus understands; that of others is refused.' },
  'ocpp.tokens': { type: 'choice', of: ['hidden', 'shown'], default: 'hidden', doc: 'Whether the topic ocpp/message shows tokens.' },
  'ocpp.resetCommand': { type: 'text', default: undefined, like: '/usr/local/bin/restart-site', doc: 'Program that a reset of the CSMS runs, with the station and `soft` or `hard`. The station begins anew in any case.' },
  'ocpp.firmwareCommand': { type: 'text', default: undefined, like: '/usr/local/bin/update-firmware', doc: 'Program that updates the firmware, with the station and the URL; each line it prints is a status of OCPP. Without it updates fail.' },

  'telemetry.rate': { type: 'number', unit: '1/s', least: 1, most: 4, default: 2, doc: 'Measured values a second, for live views.' },
  'homeAssistant.discovery': { type: 'choice', of: ['yes', 'no'], default: 'no', doc: 'Show the outlet to a Home Assistant at the same broker, with a button that stops and a slider that limits.' },
  'frames.publish': { type: 'choice', of: ['yes', 'no'], default: 'yes', doc: 'Publish the frames of the last second, without secrets.' },
  'history.enabled': { type: 'choice', of: ['yes', 'no'], default: 'yes', doc: '`pilotwire up` keeps a history, and answers questions about it.' },
  'history.database': { type: 'text', secret: true, default: 'embedded', like: 'postgres://history:secret@db.example/pilotwire', doc: 'Where it is kept. `embedded`: in the data folder. `postgres://…`: a Postgres 15 or newer.' },
  'history.stations': { type: 'text', pattern: /^[A-Za-z0-9_.-]{1,48}(, ?[A-Za-z0-9_.-]{1,48})*$/, default: undefined, like: 'north, south', doc: 'Whose history is kept, each over a connection of its own; default: that of all.' },
  'history.timeZone': { type: 'text', default: undefined, like: 'Europe/Berlin', doc: 'Where new stations stand: days and months are theirs. Default: that of this machine.' },
  'history.host': { type: 'text', default: '127.0.0.1', doc: 'Address of REST and WebSocket. Beyond this machine only with both tokens.' },
  'history.port': { ...port, default: 8_330, doc: 'TCP port of REST and WebSocket. 0: a free one.' },
  'history.readToken': { type: 'text', secret: true, pattern: /^\S{16,128}$/, default: undefined, doc: 'Who knows it may look. Without it everybody on this machine may.' },
  'history.commandToken': { type: 'text', secret: true, pattern: /^\S{16,128}$/, default: undefined, doc: 'Who knows it may send commands, and look. Without it nobody may send any.' },
  'history.privacy': { type: 'choice', of: ['plain', 'hashed'], default: 'plain', doc: '`hashed`: EVCCID, MAC and token are kept as keyed hashes only, and frames without their octets.' },
  'history.keepFrames': { type: 'number', unit: 'd', least: 0, most: 36_500, whole: true, default: 7, doc: 'How long frames are kept. 0: for ever.' },
  'history.keepTelemetry': { type: 'number', unit: 'd', least: 0, most: 36_500, whole: true, default: 90, doc: 'How long single measurements are kept; their minutes stay. 0: for ever.' },
  'history.keepMessages': { type: 'number', unit: 'd', least: 0, most: 36_500, whole: true, default: 30, doc: 'How long OCPP messages are kept. 0: for ever.' },
  'history.maxSize': { type: 'number', unit: 'MB', least: 0, most: 100_000_000, whole: true, default: 10_000, doc: 'Beyond that the oldest frames, messages and measurements go, in this order. 0: no limit.' },
  'health.port': { ...port, default: 0, doc: 'HTTP port on loopback for GET /health. 0: none.' },
  'log.level': { type: 'choice', of: ['debug', 'info', 'warn', 'error'], default: 'info', doc: 'What is worth a line on standard error.' },
} as const satisfies Keys;

export type Settings = ValuesOf<typeof keys>;
