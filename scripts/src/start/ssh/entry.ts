// What callers may run at the local SSH server, as an entry of FAIRLEAD_CONNECTIONS says it. Data only.

/** Commands by the names that requests give; a parameter is one word of the line, whatever it holds. */
export const SSH_COMMANDS = {
  uptime: 'uptime',
  list: { run: 'ls -l {folder}', params: { folder: { type: 'text', default: '/' } } },
  restart: { run: 'echo restarting {service}', params: { service: { type: 'text', maxLength: 40 } } },
};
