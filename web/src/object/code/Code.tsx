// A piece of code: coloured, scrolling in itself, to be copied. The colours come when they are loaded;
// the text is there at once.
import { lazy, Suspense } from 'react';
import { CopyButton } from '../../parts/CopyButton.tsx';
import styles from './Code.module.css';
import './syntax.css';

const HighlightedCode = lazy(() =>
  import('./HighlightedCode.tsx').then((file) => ({ default: file.HighlightedCode })),
);

interface Props {
  text: string;
  language: string;
  /** As in "Copy the definition". */
  what: string;
}

export function Code({ text, language, what }: Props) {
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it */}
      <pre className={styles.code} tabIndex={0}>
        <code>
          <Suspense fallback={text}>
            <HighlightedCode text={text} language={language} />
          </Suspense>
        </code>
      </pre>
      <div className={styles.copy}>
        <CopyButton text={text} what={what} />
      </div>
    </div>
  );
}
