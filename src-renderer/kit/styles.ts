import './tokens.css';
import './base.css';
import './controls.css';
import './table/table.css';
import './chart.css';
