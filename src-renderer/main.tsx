import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { connect } from './data/engine.ts';
import '@fontsource-variable/inter/wght.css';
import '@vscode/codicons/dist/codicon.css';
import './kit/styles.ts';
import './app/app.css';

connect();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element "root"');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
