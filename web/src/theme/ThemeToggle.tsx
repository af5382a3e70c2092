// The button that changes between light and dark.
import { Moon, Sun } from 'lucide-react';
import { IconButton } from '../parts/IconButton.tsx';
import { chooseTheme, useTheme } from './theme.ts';

export function ThemeToggle() {
  const theme = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <IconButton
      label={`Use the ${other} theme`}
      icon={other === 'light' ? Sun : Moon}
      onClick={() => chooseTheme(other)}
    />
  );
}
