// The fields of a command that the connection lists.
import type { Signal } from '@preact/signals';
import { draft, type Tab } from '../../../app/tabs/tab.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Select, TextField } from '../../../ui/controls/text-field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { type ListedCommand, type Ran, runListed } from './request.ts';

type Param = ListedCommand['params'][number];

interface ListedFormProps {
  readonly tab: Tab;
  readonly commands: readonly ListedCommand[];
  readonly isBusy: boolean;
  readonly onRun: (ran: Ran) => void;
}

/** Chooses one of the commands, asks for its parameters, runs it. */
export function ListedForm({ tab, commands, isBusy, onRun }: ListedFormProps) {
  const name = draft(tab, 'command', '');
  const command = commands.find((each) => each.name === name.value) ?? commands[0];
  if (command === undefined)
    return (
      <Empty title="The connection lists no commands">
        Whoever runs the gateway may list some in the connection’s settings.
      </Empty>
    );
  if (name.value === '') name.value = command.name;
  const input = draft(tab, `stdin:${command.name}`, '');
  const textOf = (param: Param): Signal<string> =>
    draft(
      tab,
      `param:${command.name}:${param.name}`,
      param.enum?.[0] ?? (param.type === 'boolean' ? 'true' : ''),
    );
  const submit = (event: Event) => {
    event.preventDefault();
    const texts = new Map(command.params.map((param) => [param.name, textOf(param).peek()]));
    onRun(runListed(command, texts, input.peek()));
  };
  return (
    <form class="ssh-run" onSubmit={submit}>
      <Select
        label="Command"
        value={name}
        options={commands.map((each) => [each.name, each.name] as const)}
        hint={`The connection lists ${commands.map((each) => each.name).join(', ')}.`}
      />
      {command.params.length > 0 && (
        <div class="ssh-params">
          {command.params.map((param) => (
            <ParamField key={`${command.name} ${param.name}`} param={param} text={textOf(param)} />
          ))}
        </div>
      )}
      {command.stdin && (
        <TextField label="Input" value={input} rows={3} isCode hint="What the command reads" />
      )}
      <div class="row">
        <Button kind="primary" type="submit" isBusy={isBusy}>
          Run
        </Button>
      </div>
    </form>
  );
}

function ParamField({ param, text }: { readonly param: Param; readonly text: Signal<string> }) {
  const choices = param.enum ?? (param.type === 'boolean' ? ['true', 'false'] : undefined);
  const hint = param.description ?? `${param.type}${param.isRequired ? '' : ', may be left out'}`;
  if (choices !== undefined)
    return (
      <Select
        label={param.name}
        value={text}
        hint={hint}
        options={choices.map((each) => [each, each] as const)}
      />
    );
  return <TextField label={param.name} value={text} hint={hint} isRequired={param.isRequired} isCode />;
}
