import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** An FTP server that knows a user, and keeps files in memory. */
export interface FtpServer extends AsyncDisposable {
  readonly port: number;
  readonly files: Map<string, Buffer>;
  readonly commands: string[];
}

export async function ftpServer(password: string): Promise<FtpServer> {
  const files = new Map<string, Buffer>();
  const commands: string[] = [];
  const open = new Set<Socket>();
  const listen = async (server: Server): Promise<number> => {
    server.on('connection', (socket) => {
      open.add(socket);
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const control = createServer((socket) => {
    let data: Promise<Socket> = Promise.reject(new Error('no data connection'));
    data.catch(() => undefined);
    const say = (line: string): boolean => socket.write(`${line}\r\n`);
    const answer = async (line: string): Promise<void> => {
      const [command = '', ...words] = line.split(' ');
      commands.push(command === 'PASS' ? command : line);
      const argument = words.join(' ');
      switch (command) {
        case 'USER':
          return void say('331 and your password?');
        case 'PASS':
          return void say(argument === password ? '230 welcome' : '530 no');
        case 'EPSV': {
          const passive = createServer();
          data = once(passive, 'connection').then(([one]) => {
            passive.close();
            return one as Socket;
          });
          return void say(`229 Entering (|||${await listen(passive)}|)`);
        }
        case 'STOR': {
          const one = await data;
          say('150 send');
          const chunks: Buffer[] = [];
          for await (const chunk of one) chunks.push(chunk as Buffer);
          files.set(argument, Buffer.concat(chunks));
          return void say('226 kept');
        }
        case 'RETR': {
          const one = await data;
          const file = files.get(argument);
          if (file === undefined) {
            one.destroy();
            return void say('550 no such file');
          }
          say('150 here it comes');
          one.end(file);
          await once(one, 'close');
          return void say('226 that was it');
        }
        case 'QUIT':
          return void socket.end('221 bye\r\n');
        default:
          return void say(['TYPE', 'STRU', 'OPTS', 'PBSZ', 'PROT'].includes(command) ? '200 ok' : '500 what?');
      }
    };
    say('220 hello');
    socket.setEncoding('utf8');
    let text = '';
    socket.on('data', (chunk: string) => {
      const lines = (text + chunk).split('\r\n');
      text = lines.pop() ?? '';
      for (const line of lines) answer(line).catch(() => socket.destroy());
    });
  });
  const port = await listen(control);
  return {
    port, files, commands,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      control.close();
      await once(control, 'close');
    },
  };
}
