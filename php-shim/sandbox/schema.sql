-- The part of the WHMCS schema a server module and its hooks can see. Names are
-- those of published modules and of the developer documentation; WHMCS does not
-- publish column types, so these are generous. Empty dates are 0000-00-00, flags
-- are 'on' or '', numbers in module settings are strings: as in WHMCS.

CREATE TABLE tblconfiguration (
  setting varchar(64) NOT NULL PRIMARY KEY,
  value text NOT NULL,
  created_at timestamp NULL, updated_at timestamp NULL
);

CREATE TABLE tblcurrencies (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code varchar(10) NOT NULL, prefix varchar(10) NOT NULL, suffix varchar(10) NOT NULL,
  format int NOT NULL, rate decimal(10,5) NOT NULL, `default` int NOT NULL
);

CREATE TABLE tblclients (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(255) NOT NULL, firstname text NOT NULL, lastname text NOT NULL,
  companyname text NOT NULL, email text NOT NULL, address1 text NOT NULL, address2 text NOT NULL,
  city text NOT NULL, state text NOT NULL, postcode text NOT NULL, country text NOT NULL,
  phonenumber text NOT NULL, tax_id varchar(128) NOT NULL, password text NOT NULL,
  authmodule text NOT NULL, authdata text NOT NULL, currency int NOT NULL,
  defaultgateway text NOT NULL, credit decimal(16,2) NOT NULL, taxexempt int NOT NULL,
  latefeeoveride int NOT NULL, overideduenotices int NOT NULL, separateinvoices int NOT NULL,
  disableautocc int NOT NULL, datecreated date NOT NULL, notes text NOT NULL,
  billingcid int NOT NULL, groupid int NOT NULL, lastlogin datetime NULL, ip text NOT NULL,
  host text NOT NULL, status varchar(16) NOT NULL DEFAULT 'Active', language text NOT NULL,
  emailoptout int NOT NULL, overrideautoclose int NOT NULL, allow_sso int NOT NULL DEFAULT 1,
  email_verified int NOT NULL, created_at timestamp NULL, updated_at timestamp NULL
);

-- Log-ins of clients: a user has access to one or more clients.
CREATE TABLE tblusers (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  first_name varchar(255) NOT NULL, last_name varchar(255) NOT NULL, email varchar(255) NOT NULL,
  password varchar(255) NOT NULL, language varchar(32) NOT NULL, created_at timestamp NULL, updated_at timestamp NULL,
  UNIQUE KEY email (email)
);

CREATE TABLE tblusers_clients (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  auth_user_id int NOT NULL, client_id int NOT NULL, owner int NOT NULL, created_at timestamp NULL, updated_at timestamp NULL,
  UNIQUE KEY pair (auth_user_id, client_id)
);

CREATE TABLE tbladmins (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  roleid int NOT NULL, username varchar(64) NOT NULL, password varchar(255) NOT NULL, firstname text NOT NULL,
  lastname text NOT NULL, email text NOT NULL, disabled int NOT NULL, created_at timestamp NULL, updated_at timestamp NULL,
  UNIQUE KEY username (username)
);

CREATE TABLE tbladminroles (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY, name text NOT NULL
);

-- WHMCS keeps numbers here whose meaning it does not publish; the sandbox keeps the names its pages show.
CREATE TABLE sandbox_admin_permissions (
  roleid int NOT NULL, permission varchar(64) NOT NULL, PRIMARY KEY (roleid, permission)
);

-- Settings of addon modules; the sandbox adds `version` and `access` (role ids, comma separated).
CREATE TABLE tbladdonmodules (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  module varchar(64) NOT NULL, setting varchar(64) NOT NULL, value text NOT NULL, UNIQUE KEY setting (module, setting)
);

CREATE TABLE tblnotes (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  userid int NOT NULL, adminid int NOT NULL, created datetime NOT NULL, modified datetime NOT NULL,
  note text NOT NULL, sticky int NOT NULL, KEY userid (userid)
);

CREATE TABLE tblservers (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name text NOT NULL, ipaddress text NOT NULL, assignedips text NOT NULL, hostname text NOT NULL,
  monthlycost decimal(16,2) NOT NULL, noc text NOT NULL, statusaddress text NOT NULL,
  nameserver1 text NOT NULL, nameserver1ip text NOT NULL, nameserver2 text NOT NULL,
  nameserver2ip text NOT NULL, nameserver3 text NOT NULL, nameserver3ip text NOT NULL,
  nameserver4 text NOT NULL, nameserver4ip text NOT NULL, nameserver5 text NOT NULL,
  nameserver5ip text NOT NULL, maxaccounts int NOT NULL, type text NOT NULL,
  username text NOT NULL, password text NOT NULL, accesshash text NOT NULL, secure text NOT NULL,
  port int NULL, active int NOT NULL, disabled int NOT NULL
);

CREATE TABLE tblservergroups (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY, name text NOT NULL, filltype int NOT NULL
);

CREATE TABLE tblservergroupsrel (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY, groupid int NOT NULL, serverid int NOT NULL
);

CREATE TABLE tblproductgroups (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY, name text NOT NULL, hidden int NOT NULL
);

CREATE TABLE tblproducts (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  type text NOT NULL, gid int NOT NULL, name text NOT NULL, description text NOT NULL,
  hidden int NOT NULL, welcomeemail int NOT NULL, paytype text NOT NULL, autosetup text NOT NULL,
  servertype text NOT NULL, servergroup int NOT NULL,
  configoption1 text NOT NULL, configoption2 text NOT NULL, configoption3 text NOT NULL,
  configoption4 text NOT NULL, configoption5 text NOT NULL, configoption6 text NOT NULL,
  configoption7 text NOT NULL, configoption8 text NOT NULL, configoption9 text NOT NULL,
  configoption10 text NOT NULL, configoption11 text NOT NULL, configoption12 text NOT NULL,
  configoption13 text NOT NULL, configoption14 text NOT NULL, configoption15 text NOT NULL,
  configoption16 text NOT NULL, configoption17 text NOT NULL, configoption18 text NOT NULL,
  configoption19 text NOT NULL, configoption20 text NOT NULL, configoption21 text NOT NULL,
  configoption22 text NOT NULL, configoption23 text NOT NULL, configoption24 text NOT NULL,
  configoptionsupgrade int NOT NULL, overagesenabled text NOT NULL, overagesdisklimit int NOT NULL,
  overagesbwlimit int NOT NULL, overagesdiskprice decimal(16,4) NOT NULL,
  overagesbwprice decimal(16,4) NOT NULL, retired int NOT NULL, `order` int NOT NULL,
  created_at timestamp NULL, updated_at timestamp NULL
);

CREATE TABLE tblpricing (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  type varchar(32) NOT NULL, currency int NOT NULL, relid int NOT NULL,
  msetupfee decimal(16,2) NOT NULL, monthly decimal(16,2) NOT NULL
);

CREATE TABLE tblorders (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ordernum bigint NOT NULL, userid int NOT NULL, date datetime NOT NULL,
  amount decimal(16,2) NOT NULL, paymentmethod text NOT NULL, invoiceid int NOT NULL,
  status text NOT NULL, notes text NOT NULL
);

CREATE TABLE tblhosting (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  userid int NOT NULL, orderid int NOT NULL, packageid int NOT NULL, server int NOT NULL,
  regdate date NOT NULL, domain text NOT NULL, paymentmethod text NOT NULL, qty int NOT NULL DEFAULT 1,
  firstpaymentamount decimal(16,2) NOT NULL, amount decimal(16,2) NOT NULL,
  billingcycle text NOT NULL, nextduedate date NOT NULL, nextinvoicedate date NOT NULL,
  termination_date date NOT NULL, completed_date date NOT NULL, domainstatus varchar(16) NOT NULL,
  username text NOT NULL, password text NOT NULL, notes text NOT NULL, subscriptionid text NOT NULL,
  promoid int NOT NULL, suspendreason text NOT NULL, overideautosuspend int NOT NULL,
  overidesuspenduntil date NOT NULL, dedicatedip text NOT NULL, assignedips text NOT NULL,
  ns1 text NOT NULL, ns2 text NOT NULL, diskusage bigint NOT NULL, disklimit bigint NOT NULL,
  bwusage bigint NOT NULL, bwlimit bigint NOT NULL, lastupdate datetime NOT NULL,
  created_at timestamp NULL, updated_at timestamp NULL,
  KEY userid (userid), KEY domainstatus (domainstatus)
);

CREATE TABLE tblcustomfields (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  type varchar(16) NOT NULL, relid int NOT NULL, fieldname text NOT NULL, fieldtype text NOT NULL,
  description text NOT NULL, fieldoptions text NOT NULL, regexpr text NOT NULL, adminonly text NOT NULL,
  required text NOT NULL, showorder text NOT NULL, showinvoice text NOT NULL, sortorder int NOT NULL
);

CREATE TABLE tblcustomfieldsvalues (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fieldid int NOT NULL, relid int NOT NULL, value text NOT NULL, KEY field (fieldid, relid)
);

CREATE TABLE tblproductconfiggroups (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY, name text NOT NULL, description text NOT NULL
);

CREATE TABLE tblproductconfiglinks (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY, gid int NOT NULL, pid int NOT NULL
);

CREATE TABLE tblproductconfigoptions (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  gid int NOT NULL, optionname text NOT NULL, optiontype varchar(1) NOT NULL,
  qtyminimum int NOT NULL, qtymaximum int NOT NULL, `order` int NOT NULL, hidden int NOT NULL
);

CREATE TABLE tblproductconfigoptionssub (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  configid int NOT NULL, optionname text NOT NULL, sortorder int NOT NULL, hidden int NOT NULL
);

CREATE TABLE tblhostingconfigoptions (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  relid int NOT NULL, configid int NOT NULL, optionid int NOT NULL, qty int NOT NULL, KEY relid (relid)
);

CREATE TABLE tblinvoices (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  userid int NOT NULL, invoicenum text NOT NULL, date date NOT NULL, duedate date NOT NULL,
  datepaid datetime NOT NULL, total decimal(16,2) NOT NULL, status varchar(16) NOT NULL,
  paymentmethod text NOT NULL, notes text NOT NULL
);

CREATE TABLE tblinvoiceitems (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  invoiceid int NOT NULL, userid int NOT NULL, type varchar(30) NOT NULL, relid int NOT NULL,
  description text NOT NULL, amount decimal(16,2) NOT NULL, duedate date NOT NULL,
  KEY invoiceid (invoiceid), KEY target (type, relid)
);

CREATE TABLE tblupgrades (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  userid int NOT NULL, orderid int NOT NULL, type varchar(16) NOT NULL, date date NOT NULL,
  relid int NOT NULL, originalvalue text NOT NULL, newvalue text NOT NULL,
  amount decimal(16,2) NOT NULL, status varchar(16) NOT NULL, paid varchar(1) NOT NULL
);

CREATE TABLE tblmodulequeue (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  service_type varchar(20) NOT NULL, service_id int NOT NULL, module_name varchar(64) NOT NULL,
  module_action varchar(64) NOT NULL, last_attempt datetime NOT NULL, last_attempt_error text NOT NULL,
  num_retries int NOT NULL, completed int NOT NULL, created_at timestamp NULL, updated_at timestamp NULL
);

CREATE TABLE tblmodulelog (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  date datetime NOT NULL, module text NOT NULL, action text NOT NULL, request mediumtext NOT NULL,
  response mediumtext NOT NULL, arrdata mediumtext NOT NULL
);

CREATE TABLE tblactivitylog (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  date datetime NOT NULL, description text NOT NULL, user text NOT NULL, userid int NOT NULL,
  ipaddr text NOT NULL
);

CREATE TABLE tblemailtemplates (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  type varchar(16) NOT NULL, name varchar(128) NOT NULL, subject text NOT NULL, message text NOT NULL,
  disabled int NOT NULL
);

-- One row per product and metric that is sold; is_hidden 1 switches the metric off.
CREATE TABLE tblusage_items (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  rel_type varchar(20) NOT NULL, rel_id int NOT NULL, module_type varchar(20) NOT NULL,
  module varchar(64) NOT NULL, metric varchar(64) COLLATE utf8mb4_bin NOT NULL,
  included decimal(30,5) NOT NULL, is_hidden int NOT NULL, created_at timestamp NULL, updated_at timestamp NULL,
  UNIQUE KEY item (rel_type, rel_id, module, metric)
);

-- WHMCS does not publish where it keeps prices and records of usage: the tables named
-- sandbox_ are the sandbox's own. One row per bracket; prices with 14 decimals.
CREATE TABLE sandbox_usage_prices (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  usage_item_id int NOT NULL, currency int NOT NULL, price_schema varchar(16) NOT NULL,
  starting_quantity decimal(34,14) NOT NULL, price decimal(24,14) NOT NULL,
  UNIQUE KEY bracket (usage_item_id, currency, starting_quantity)
);

-- One row per service, metric and calendar period. kind: snapshot (period_start is empty),
-- day, month, or due (the snapshot of a due date). invoice_id 0: not invoiced yet.
CREATE TABLE sandbox_usage_records (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  service_id int NOT NULL, metric varchar(64) COLLATE utf8mb4_bin NOT NULL, kind varchar(16) NOT NULL,
  period_start date NOT NULL, value decimal(34,14) NOT NULL, display_name text NOT NULL, unit text NOT NULL,
  collected_at datetime NOT NULL, invoice_id int NOT NULL,
  UNIQUE KEY record (service_id, metric, kind, period_start)
);

-- One row per service, resource (disk, bandwidth) and month with an excess.
CREATE TABLE sandbox_overages (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  service_id int NOT NULL, resource varchar(16) NOT NULL, month date NOT NULL,
  excess_gb decimal(20,1) NOT NULL, amount decimal(16,2) NOT NULL, description text NOT NULL,
  invoice_id int NOT NULL, UNIQUE KEY overage (service_id, resource, month)
);

-- Sent mail; nothing ever leaves the sandbox.
CREATE TABLE tblemails (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  userid int NOT NULL, date datetime NOT NULL, `to` text NOT NULL, subject text NOT NULL,
  message mediumtext NOT NULL
);
