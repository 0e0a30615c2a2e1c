//! What only many documents can tell: furniture of a site, duplicate and near-duplicate articles.
