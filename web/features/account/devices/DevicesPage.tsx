import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { useSharedText } from '@wayfare/shared/i18n';
import { Badge, Button, Card, problemText, ProblemNotice, Skeleton, toast } from '@wayfare/shared/ui';
import styles from '../Account.module.css';
import { SecondFactor } from '../factor/SecondFactor';
import { Frame } from '../Frame';
import { devicesQuery, type Device } from '../queries';
import { useText } from '../text';
import { useLeave } from '../useLeave';
import { useLocalTime } from '../useLocalTime';
import { deviceName } from './names';
import { PasswordForm } from './PasswordForm';

/** The password, what is asked beside it, and where somebody is signed in: last, as nobody knows how long that list is. */
export default function DevicesPage() {
  const text = useText();
  return (
    <Frame title={text('account.devices')}>
      <PasswordForm />
      <SecondFactor />
      <Devices />
    </Frame>
  );
}

function Devices() {
  const text = useText();
  const shared = useSharedText();
  const client = useQueryClient();
  const leave = useLeave();
  const { data, error, refetch } = useQuery(devicesQuery);
  const end = useMutation({
    mutationFn: async (device: Device) => {
      if (device.current) return leave();
      const params = { path: { device_id: device.device_id } };
      await ask(api.DELETE('/v1/me/devices/{device_id}', { params }));
      await client.invalidateQueries({ queryKey: devicesQuery.queryKey });
    },
    onError: (problem) => toast(problemText(problem, shared), { tone: 'danger' }),
  });
  return (
    <Card className={styles.panel}>
      <h2>{text('account.devices.list')}</h2>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className={styles.ghost} />}
      <ul className={styles.lines}>
        {data?.map((device) => (
          <li key={device.device_id}>
            <DeviceFacts device={device} />
            <Button
              size="small"
              busy={end.isPending && end.variables.device_id === device.device_id}
              onClick={() => end.mutate(device)}
            >
              {text('account.devices.end')}
              <span className="visually-hidden"> {deviceName(device.name)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function DeviceFacts({ device }: { device: Device }) {
  const text = useText();
  const time = useLocalTime();
  return (
    <div>
      <p>
        <strong>{deviceName(device.name) || text('account.devices.unknown')}</strong>{' '}
        {device.current && <Badge tone="good">{text('account.devices.current')}</Badge>}
      </p>
      <p className={styles.soft}>{text('account.devices.used', { time: time(device.last_used_at) })}</p>
    </div>
  );
}
