// The views that a service or an on-demand view takes features from, and which.
import { ThingLink } from '../parts/ThingLink.tsx';
import type { ObjectPage, Projection } from '../registry/api.ts';
import { Folded } from './Folded.tsx';
import { None } from './None.tsx';
import styles from './ProjectionsSection.module.css';

export function ProjectionsSection({ page: { projections } }: { page: ObjectPage }) {
  if (!projections || projections.length === 0) return <None>It takes features from no view.</None>;
  return (
    <Folded id="projections" of={projections}>
      {(shown) => (
        <ul className={styles.projections}>
          {shown.map((projection, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a view may be taken twice, under two names
            <Item key={index} projection={projection} />
          ))}
        </ul>
      )}
    </Folded>
  );
}

function Item({ projection }: { projection: Projection }) {
  const { view, name, alias, version, features, joinKeyMap } = projection;
  return (
    <li className={styles.projection}>
      <div className={styles.heading}>
        {view ? <ThingLink to={view} /> : <MissingView name={name} />}
        {alias !== '' && alias !== name && (
          <span>
            as <code>{alias}</code>
          </span>
        )}
        {version !== '' && <span>version {version}</span>}
        {joinKeyMap.map(([from, to]) => (
          <span key={from}>
            joined by <code>{to}</code> for <code>{from}</code>
          </span>
        ))}
      </div>
      {features.length === 0 ? (
        <None>No feature of it is named: all that it has are taken.</None>
      ) : (
        <Folded id={`features of ${alias || name}`} of={features} first={40}>
          {(shown) => (
            <ul className={styles.features}>
              {shown.map((feature, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: nothing forbids to name one twice
                <li key={index}>
                  {feature.ref ? (
                    <ThingLink to={feature.ref} isMissing={feature.isMissing} />
                  ) : (
                    <span className={feature.isMissing ? styles.missing : undefined}>
                      <code>{feature.name}</code>
                      {feature.isMissing && ' is missing'}
                    </span>
                  )}
                  <code className={styles.type}>{feature.type}</code>
                </li>
              ))}
            </ul>
          )}
        </Folded>
      )}
    </li>
  );
}

function MissingView({ name }: { name: string }) {
  return (
    <span className={styles.missing}>
      <code>{name}</code> is missing
    </span>
  );
}
